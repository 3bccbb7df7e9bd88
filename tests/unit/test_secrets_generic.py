# SPDX-License-Identifier: Apache-2.0
"""Secrets without a provider's mark: what gives a value to a name, and which values somebody uses."""

from __future__ import annotations

import base64

import pytest

from gatekeeper.rules.secrets import scan
from tests.unit.secret_values import chosen, drawn, hexa, routable_token

PASSWORDS = """
password = "{}"
String dbPassword = "{}";
private static final String DB_PASSWORD = "{}";
db.password={}
spring.datasource.password: {}
$db_pass = '{}';
define('DB_PASSWORD', '{}');
'password' => '{}',
"db_password" : "{}",
export PGPASSWORD={}
PGPASSWORD={} psql -h db -U app
let password: String = String::from("{}");
val password = "{}"
password := `{}`
os.getenv("DB_PASSWORD", "{}")
POSTGRES_PASSWORD: ${{DB_PASSWORD:-{}}}
<password>{}</password>
<add key="Password" value="{}" />
<entry key="db.password">{}</entry>
<Pass encoding="plain">{}</Pass>
"Server=db;User ID=sa;Password={};Encrypt=true"
jdbc:mysql://db.corp/app?user=root&password={}
ansible_become_pass: {}
host1 ansible_user=root ansible_ssh_pass={}
mysqldump --user=root --password={} app
tool --password {} --verbose
requirepass {}
# password: {}
the password is {}
- name: DB_PASSWORD⏎  value: "{}"
variable "db_password" {{⏎  type = string⏎  default = "{}"⏎}}
setPassword("{}")
config.setProperty("password", "{}");
"source": ["db_password = \\"{}\\"\\n"]
if password == "{}":
""".strip().split("\n")

PLACES = {
    "secrets.basic-auth-url": ["https://deploy:{}@git.corp/x.git", "ftp://backup:{}@files.corp/dump"],
    "secrets.connection-string": [
        "postgres://app:{}@db.corp:5432/app",
        "mongodb+srv://app:{}@c0.corp/db",
        "redis://:{}@cache:6379/0",
        "jdbc:oracle:thin:app/{}@//db.corp:1521/x",
    ],
    "secrets.curl-user": ["curl -u admin:{} https://ci.corp/job", "curl -X POST \\\n  --user 'api:{}' https://x.corp"],
    "secrets.command-line-password": [
        "sshpass -p '{}' ssh root@host",
        "mysql -u root -p{} app",
        "docker login -u bob -p {} hub.corp",
        "redis-cli -h cache -a {} ping",
        'echo "root:{}" | chpasswd',
        "openssl rsa -in k.pem -passin pass:{}",
    ],
    "secrets.netrc-password": [
        "machine api.corp login bob password {}",
        "machine api.corp\n  login bob\n  password {}",
    ],
    "secrets.pgpass-password": ["db.corp:5432:app:bob:{}"],
    "secrets.sql-password": ["CREATE USER app IDENTIFIED BY '{}';", "ALTER USER app WITH PASSWORD '{}';"],
    "secrets.sql-dump-password": [
        "INSERT INTO users (id, login, password) VALUES (1, 'bob', '{}');",
        "INSERT INTO `users` (`id`, `passwd`) VALUES (1, 'x''y'), (2, '{}');",
    ],
    "secrets.password-argument": [
        'auth = HTTPBasicAuth("bob", "{}")',
        '$db = mysqli_connect("db", "bob", "{}");',
        'ConvertTo-SecureString "{}" -AsPlainText -Force',
    ],
}

HARMLESS = """
password = os.environ["DB_PASSWORD"]
password = getpass.getpass()
String password = request.getParameter("password");
db.password=${DB_PASSWORD}
DB_PASS='<your password>'
  password: {{ .Values.password }}
    password: !vault |
define('DB_PASSWORD', 'password_here');
'password' => env('DB_PASSWORD', ''),
'password' => 'required|min:8|confirmed',
"password": "********",
mysql -u root -p$MYSQL_PWD app
curl -u user:password https://example.com
curl -u "$USER:$TOKEN" https://ci.corp
docker run -p 8080:80 app
postgres://user:password@localhost:5432/db
mongodb://${USER}:${PASS}@mongo
https://user:pass@example.com/
secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>
client_secret = "YOUR_CLIENT_SECRET"
api_key = "your_api_key_here"
API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx
Authorization: Bearer ${TOKEN}
<password>password</password>
<option><password>@host
password.required=Password is required
"forgotPassword": "Forgot your password?",
placeholder="Enter password"
password_hash = hashlib.sha256(password).hexdigest()
password = models.CharField(max_length=128)
password = password.encode("latin1")
INSERT INTO users (name, password) VALUES (?, ?)
token: "comma"
const TOKEN_KEY = 'auth-token';
public static final String API_KEY_HEADER = "X-API-Key";
key = "user:profile:1"
cache_key = "user_profile_v2"
"publicKey": "{public}"
ssh-rsa {public} user@host
"integrity": "sha512-{digest}=="
"sha256": "{hex64}"
id = "{uuid}"
token: ${{ secrets.GITHUB_TOKEN }}
passwordSecretRef: arn:aws:secretsmanager:us-east-1:1:secret:x
var password string
@param password the user's password
-p, --password string   Password
SALT_ROUNDS = 10
password_1 = "password1"
apt-key adv --recv-key {keyid}
root:x:0:0:root:/root:/bin/bash
The pass: actual rendering follows
""".strip().split("\n")


def rules(text: str, path: bytes | None = None) -> set[str]:
    return {match.rule for match in scan(text.encode() + b"\n", path)}


@pytest.mark.parametrize("template", PASSWORDS)
def test_a_password_that_somebody_chose(template: str) -> None:
    assert rules(template.format(chosen(3)).replace("⏎", "\n")) == {"secrets.generic-password"}


@pytest.mark.parametrize(("rule", "template"), [(rule, one) for rule, some in PLACES.items() for one in some])
def test_a_password_where_formats_and_programs_have_one(rule: str, template: str) -> None:
    assert rules(template.format(chosen(4).rstrip("#"))) == {rule}


@pytest.mark.parametrize("template", HARMLESS)
def test_what_is_no_credential(template: str) -> None:
    values = {
        "{public}": "AAAAB3NzaC1yc2EAAAADAQABAAAB" + drawn(60, 1),
        "{digest}": drawn(86, 2),
        "{hex64}": hexa(64, 3),
        "{uuid}": f"{hexa(8)}-{hexa(4)}-4{hexa(3)}-a{hexa(3)}-{hexa(12)}",
        "{keyid}": hexa(16, 4).upper(),
    }
    for name, value in values.items():
        template = template.replace(name, value)
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ('client_secret = "{}"', "secrets.generic-secret"),
        ("JWT_SECRET={}", "secrets.generic-secret"),
        ('auth_token: "{}"', "secrets.generic-token"),
        ("apiKey: '{}',", "secrets.generic-api-key"),
        ('"access_key" : "{}"', "secrets.generic-api-key"),
        ("curl -H 'X-Api-Key: {}' https://x.corp", "secrets.generic-api-key"),
        ("Authorization: Bearer {}", "secrets.http-authorization"),
        ('createHmac("sha256", "{}")', "secrets.key-argument"),
    ],
)
def test_what_a_generator_drew(template: str, rule: str) -> None:
    assert rules(template.format(drawn(32, 5))) == {rule}


def test_http_basic_and_registry_logins_are_decoded() -> None:
    pair = base64.b64encode(f"bob:{chosen(6)}".encode()).decode()
    nobody = base64.b64encode(b"user:password").decode()
    assert rules(f"Authorization: Basic {pair}") == {"secrets.http-authorization"}
    assert rules(f'"auths": {{"hub.corp": {{"auth": "{pair}"}}}}') == {"secrets.generic-token"}
    assert not rules(f"Authorization: Basic {nobody}")


def test_tests_and_examples_may_invent_passwords_but_not_hold_tokens() -> None:
    for path in (
        b"tests/test_login.py",
        b"src/__tests__/login.ts",
        b"docs/setup.md",
        b"examples/app.py",
        b"README.rst",
    ):
        assert not rules(f'password = "{chosen(7)}"', path)
        assert rules(routable_token(), path)
    assert rules(f'password = "{chosen(7)}"', b"src/login.py")


def test_an_expression_in_code_is_no_value() -> None:
    assert not rules("password = config2 + x9", b"app.py")
    assert rules(f"password={chosen(8)}", b"app.env")


def test_a_lockfile_has_words_like_password_in_names() -> None:
    line = '"@inquirer/password": ["@inquirer/password@5.1.1", "", {}]'
    assert not rules(line, b"bun.lock")


def test_a_secret_manifest_hides_nothing() -> None:
    value = base64.b64encode(chosen(9).encode()).decode()
    text = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  db: {value}\n  username: {value}\n"
    (match,) = scan(text.encode(), b"k8s/db.yaml")
    assert match.rule == "secrets.kubernetes-secret"
    assert text[match.start : match.end] == value
    assert not scan(text.replace("kind: Secret", "kind: ConfigMap").encode(), b"k8s/db.yaml")


def test_hashes_of_passwords_in_their_files() -> None:
    line = f"root:$6$rounds=5000${drawn(16, 1)}${drawn(86, 2)}:19000:0:99999:7:::"
    assert rules(line) == {"secrets.password-hash"}
    assert rules(f"admin:$apr1${drawn(8, 1)}${drawn(22, 2)}") == {"secrets.password-hash"}
    assert not rules("the format is $6$salt$hash")
