# SPDX-License-Identifier: Apache-2.0
"""Words of programs, forms and placeholders: where a value is made of nothing else, it is no credential."""

from __future__ import annotations

from gatekeeper.rules.secrets.words import words_of

STOP = frozenset(
    words_of(
        "a an the my your our some any this that new old current confirm confirmed repeat repeated again enter "
        "entered insert type here with for of to in on is as by and or not no yes password passwords passwd "
        "passphrase pass pwd passcode secret secrets token tokens key keys api apikey auth oauth authorization "
        "access refresh private public user users username name login signin logon email mail mypassword "
        "newpassword oldpassword example sample test tests testing tester dummy fake mock foo bar baz qux value val "
        "string str text default none null nil true false undefined unknown empty required optional hidden visible "
        "changeme change changed me replace replaced todo fixme tbd redacted removed masked placeholder client app "
        "application server service db database mysql postgres postgresql mongo mongodb redis admin administrator "
        "root guest demo anonymous bearer basic digest credential credentials id uuid number int integer bool "
        "boolean object array list json xml html http https ssl tls rsa aes des md5 sha hmac bcrypt scrypt argon "
        "utf base hex hash hashed salt plain encrypted generated random session cookie header field input form file "
        "path url uri host port config env variable var param parameter arg argument option settings set get put "
        "post delete add remove update reset forgot forgotten remember show hide toggle valid invalid wrong "
        "incorrect correct bad good weak strong minimum maximum min max length must match matches mismatch missing "
        "expired error failed success ok xxx abc lorem ipsum something whatever anything nothing one two three "
        "first second store storage data local production staging dev development prod code otp pin master super "
        "superuser secure security long short very real goes will be can should internal external remote manual "
        "manually auto automatic automatically dynamic static global inherit plaintext cleartext ldap kerberos "
        "kafka rabbitmq elastic elasticsearch vault keyring keychain prompt stdin interactive never always disabled "
        "enabled expected actual unset blank provided managed called used using requested given textbox visibility "
        "eye icon button label title message tooltip hint help info details description primary secondary submit "
        "cancel close open save send sent link click page screen view modal dialog component react vue angular "
        "widget element model schema table column row query mutation resolver controller factory provider handler "
        "helper util utils manager module package library plugin extension middleware filter rule policy role "
        "permission scope group team org organization tenant account customer member profile preferences dashboard "
        "home index main parent child next previous back forward start stop end begin finish done complete pending "
        "active inactive locked unlocked revoked created deleted updated verified unverified matching same "
        "different similar common medium chars characters digits letters numbers symbols uppercase lowercase "
        "special alphanumeric contain contains include includes least most more less than between only cannot could "
        "would shall may might have has had does did been being were was are its their them they you yours mine "
        "ours jwt openid saml oidc sso mfa totp hotp sms whatsapp google facebook twitter github gitlab bitbucket "
        "azure amazon aws gcp docker kubernetes helm terraform ansible jenkins travis circle npm yarn pip maven "
        "gradle java python ruby php node golang rust swift kotlin windows linux macos android ios chrome firefox "
        "safari browser desktop mobile web site website domain address phone last full nick nickname birth date "
        "time timestamp year month day hour minute timeout interval retry retries limit source target origin "
        "destination output stream buffer bytes binary encoding decoding encode decode decrypt encrypt cipher "
        "signature signed unsigned signing verify verification validate validation validator check checked checking "
        "checker checksum nonce iv entropy regex regexp pattern format template mapping binding property properties "
        "attribute attributes prop props state context reducer action dispatch event listener callback promise "
        "async await function method class interface types typed instance constructor prototype import export "
        "require constant const final override abstract protected passthrough inline block bold italic normal "
        "center left right top bottom width height color background border kube cluster namespace pod ingress "
        "secretname secretkey existing existingsecret lookup ternary tpl nindent toyaml quote squote sslmode prefer "
        "disable allow"
    )
)
"""What stands where a value goes, what names one, and what is written around them."""
EVERYDAY = STOP - frozenset(
    words_of("password passwd passphrase pass pwd secret admin administrator root changeme welcome master super")
)
"""Of these, what people do not choose as a password with a number behind it."""
