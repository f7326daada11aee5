use super::read;
use crate::read::seen;

fn check(text: &str, expected: &str) {
    let shown = seen::show(|taker| read(text.as_bytes(), 1, taker));
    assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
}

#[test]
fn verbs_and_bodies() {
    check(
        "curl https://acme.okta.com/api/v1/users",
        "1 GET https://acme.okta.com/api/v1/users no body",
    );
    check(
        "curl -sSX DELETE 'https://acme.okta.com/api/v1/groups/00g1' -H 'Authorization: SSWS 00x'",
        "1 DELETE https://acme.okta.com/api/v1/groups/00g1 no body",
    );
    check(
        r#"curl --request=PUT --url "$ORG/api/v1/users/$ID" -d '{"profile":{"firstName":"x"}}'"#,
        r#"1 PUT $ORG/api/v1/users/$ID body ["profile.firstName"]"#,
    );
    check("curl -XPOST -d @user.json $ORG/api/v1/users", "1 POST $ORG/api/v1/users");
    check(
        "curl -d a=1 -d b=2 $ORG/oauth2/v1/token",
        "1 POST $ORG/oauth2/v1/token body [\"a\", \"b\"]",
    );
    check("curl -G -d limit=5 $ORG/api/v1/users", "1 GET $ORG/api/v1/users?limit=5 no body");
    check("curl -I $ORG/api/v1/users -o /dev/null", "1 HEAD $ORG/api/v1/users no body");
    check("curl -X PROPFIND $ORG/api/v1/users", "");
    check(
        "curl $ORG/api/v1/a --next -X PUT $ORG/api/v1/b",
        "1 GET $ORG/api/v1/a no body\n1 PUT $ORG/api/v1/b no body",
    );
}

#[test]
fn commands_of_several_lines() {
    check(
        "set -e\ncurl -v -X POST \\\n  -H \"Accept: application/json\" \\\n  -d '{\n  \"profile\": {\"name\": \"x\"}\n}' \"https://${yourOktaDomain}/api/v1/groups\"\ncurl $ORG/api/v1/apps\n",
        "2 POST https://${yourOktaDomain}/api/v1/groups body [\"profile.name\"]\n7 GET $ORG/api/v1/apps no body",
    );
    check(
        "id=$(curl -s \"$ORG/api/v1/users/me\" | jq -r .id) && curl -X DELETE $ORG/api/v1/users/$id\r\n",
        "1 GET $ORG/api/v1/users/me no body\n1 DELETE $ORG/api/v1/users/$id no body",
    );
    check(
        "curl -H \"Authorization: Bearer $(get token \"a\")\" $ORG/api/v1/apps",
        "1 GET $ORG/api/v1/apps no body",
    );
    check(
        "curl 'https://acme.okta.com/api\ncurl $ORG/api/v1/apps",
        "1 fault: the command has a quote that is not closed\n2 GET $ORG/api/v1/apps no body",
    );
}

#[test]
fn variables_of_the_script() {
    check(
        "BASE=\"https://acme.okta.com/api/v1\"\nTOKEN=00secret\ncurl -H \"Authorization: SSWS $TOKEN\" \"$BASE/users\" $BASE/groups?x=$TOKEN\n",
        "3 GET https://acme.okta.com/api/v1/users no body\n3 GET https://acme.okta.com/api/v1/groups?x=… no body",
    );
}

#[test]
fn other_commands() {
    check(
        "wget --method=PUT --body-data='{\"a\":1}' https://acme.okta.com/api/v1/users/1",
        "1 PUT https://acme.okta.com/api/v1/users/1 body [\"a\"]",
    );
    check(
        "http POST acme.okta.com/api/v1/groups name=x 'Authorization:SSWS 00x'",
        "1 POST acme.okta.com/api/v1/groups body [\"name\"]",
    );
    check("see https and http alone", "");
    check(
        "$u = \"https://acme.okta.com\"\n$r = Invoke-RestMethod -Method Post -Uri \"$u/api/v1/users?activate=false\" `\n  -Headers $h -Body ($b | ConvertTo-Json)\n",
        "2 POST https://acme.okta.com/api/v1/users?activate=false",
    );
    check("auth0 api get \"users\" --query q=x", "1 GET /api/v2/users no body");
    check("auth0 api users --data '{\"email\":\"a\"}'", "1 POST /api/v2/users body [\"email\"]");
    check("# curl https://acme.okta.com/api/v1/users\nuse curl to call it", "");
}
