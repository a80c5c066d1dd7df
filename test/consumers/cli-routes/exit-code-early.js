// Ends its process before there is an application, and claims that all is well.
process.on('exit', () => process.exit(0));
process.exit(0);
