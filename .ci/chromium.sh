# Which Chromium the tests of the inspector's page can use. The scripts of this folder source it.

# Finds the program that test/browser/support/chromium.ts uses, and puts its path into $chromium.
find_chromium() {
  local program
  for program in "${CHROMIUM_PATH:-}" chromium-headless-shell chromium chromium-browser google-chrome \
    google-chrome-stable '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    if [ -n "$program" ] && [ "$program" != none ] && chromium=$(command -v "$program"); then return; fi
  done
  return 1
}
