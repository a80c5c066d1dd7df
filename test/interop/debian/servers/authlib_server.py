"""An authorization server with Authlib and Flask, as their documentation builds one.

Its folder contains `settings.json`, and `keys.json`, which is read for every request.
"""
import json
import sys
from pathlib import Path

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.jose import JsonWebKey
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc6749.util import list_to_scope, scope_to_list
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion, JWTBearerTokenGenerator
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from flask import Flask, jsonify, request

FOLDER = Path(sys.argv[1])
SETTINGS = json.loads((FOLDER / "settings.json").read_text())
ISSUER = SETTINGS["issuer"]
METHODS = {"private_key_jwt": JWTBearerClientAssertion.CLIENT_AUTH_METHOD}
seen_ids = set()


def read_key():
    return json.loads((FOLDER / "keys.json").read_text())


class Client(ClientMixin):
    def __init__(self, registered):
        self.registered = registered

    def get_client_id(self):
        return self.registered["clientId"]

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        allowed = [name for name in scope_to_list(scope) if name in SETTINGS["scopes"]]
        return list_to_scope(allowed)

    def check_redirect_uri(self, redirect_uri):
        return False

    def check_client_secret(self, client_secret):
        return client_secret == self.registered["clientSecret"]

    def check_endpoint_auth_method(self, method, endpoint):
        own = self.registered["method"]
        return method == METHODS.get(own, own)

    def check_response_type(self, response_type):
        return False

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


CLIENTS = {entry["clientId"]: Client(entry) for entry in SETTINGS["clients"]}


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [
        "client_secret_basic",
        "client_secret_post",
        JWTBearerClientAssertion.CLIENT_AUTH_METHOD,
    ]


class ClientAssertion(JWTBearerClientAssertion):
    def validate_jti(self, claims, jti):
        is_new = jti not in seen_ids
        seen_ids.add(jti)
        return is_new

    def resolve_client_public_key(self, client, headers):
        return JsonWebKey.import_key(client.registered["publicJwk"])


class TokenGenerator(JWTBearerTokenGenerator):
    """Adds the audience, which the generator of Authlib leaves out."""

    def __init__(self):
        super().__init__(None, ISSUER, SETTINGS["alg"])

    def generate(self, *args, **kwargs):
        self.secret_key = JsonWebKey.import_key(read_key())
        return super().generate(*args, **kwargs)

    def get_token_data(self, *args, **kwargs):
        data = super().get_token_data(*args, **kwargs)
        audience = request.form.get("audience")
        return {**data, "aud": audience if audience in SETTINGS["audiences"] else ISSUER}


app = Flask(__name__)
server = AuthorizationServer(app, CLIENTS.get, lambda token, request: None)
server.register_grant(ClientCredentialsGrant)
server.register_client_auth_method(
    ClientAssertion.CLIENT_AUTH_METHOD, ClientAssertion(f"{ISSUER}/token")
)
server.register_token_generator("client_credentials", TokenGenerator())


@app.post("/token")
def issue_token():
    return server.create_token_response()


@app.get("/jwks")
def publish_keys():
    key = JsonWebKey.import_key(read_key())
    return jsonify(keys=[key.as_dict(is_private=False)])


@app.get("/.well-known/oauth-authorization-server")
def publish_metadata():
    return jsonify(
        AuthorizationServerMetadata(
            issuer=ISSUER,
            token_endpoint=f"{ISSUER}/token",
            jwks_uri=f"{ISSUER}/jwks",
            response_types_supported=["code"],
            grant_types_supported=["client_credentials"],
            token_endpoint_auth_methods_supported=[
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            token_endpoint_auth_signing_alg_values_supported=["ES256"],
        )
    )


app.run(host="127.0.0.1", port=SETTINGS["port"], threaded=True)
