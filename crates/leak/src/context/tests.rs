//! Cases: a text with the run between guillemets, and what is read around it.

use std::cell::Cell;

use proptest::prelude::*;

use super::{Context, Form, around, nearby, pairs, read, view, words};

/// A text without its marks, and what stood between them.
fn marked(text: &str) -> (String, std::ops::Range<usize>) {
    let start = text.find('«').expect("a mark");
    let end = text.find('»').expect("a mark") - '«'.len_utf8();
    (text.replace(['«', '»'], ""), start..end)
}

/// A context in one line: form and name, what encloses it, and whatever else there is.
fn shown(text: &str, context: &Context) -> String {
    let value = text.get(context.value.clone()).unwrap_or("?");
    let form = match (context.form, &context.name) {
        (Form::Bare, None) => String::new(),
        (form, name) => format!("{form:?} {}", name.as_deref().unwrap_or_default()),
    };
    let path = context.path.join(" / ");
    let parts = [
        form,
        if path.is_empty() { path } else { format!("in {path}") },
        context.scheme.as_ref().map(|scheme| format!("scheme {scheme}")).unwrap_or_default(),
        context.user.as_ref().map(|user| format!("user {user}")).unwrap_or_default(),
        if context.is_reference { "reference".to_owned() } else { String::new() },
        if value == V { String::new() } else { format!("value {value}") },
    ];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A value that stands for any.
const V: &str = "00QZx4vB7-nM2_kLp9sWd3TfGh6JrYc8EaXu5Ko1iV";

/// Checks every case: a text, and what is to be read around its `§`.
#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let (text, run) = marked(&text.replace('§', &format!("«{V}»")));
        let context = around(text.as_bytes(), run.clone());
        assert!(
            context.value.start <= run.start && context.value.end >= run.end,
            "{text}: {context:?}"
        );
        let shown = shown(&text, &context);
        if shown != *expected {
            wrong.push(format!(
                "{}\n  is       {shown}\n  expected {expected}",
                text.replace(V, "§")
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn assignments() {
    check(&[
        ("export OKTA_API_TOKEN=\"§\"\n", "Assigned OKTA_API_TOKEN"),
        ("OKTA_API_TOKEN=§\n", "Assigned OKTA_API_TOKEN"),
        ("OKTA_API_TOKEN='§'", "Assigned OKTA_API_TOKEN"),
        ("OKTA_API_TOKEN = §", "Assigned OKTA_API_TOKEN"),
        ("$env:OKTA_API_TOKEN = \"§\"\r\n", "Assigned OKTA_API_TOKEN"),
        ("set OKTA_API_TOKEN=§\r\n", "Assigned OKTA_API_TOKEN"),
        ("setx OKTA_API_TOKEN §\r\n", "Assigned OKTA_API_TOKEN"),
        ("setx OKTA_API_TOKEN \"§\" /m", "Assigned OKTA_API_TOKEN"),
        ("set -gx OKTA_API_TOKEN §", "Assigned OKTA_API_TOKEN"),
        ("env OKTA_TOKEN=§ ./run", "Assigned OKTA_TOKEN"),
        ("a && OKTA_TOKEN=§; b", "Assigned OKTA_TOKEN"),
        ("OKTA_TOKEN := §", "Assigned OKTA_TOKEN"),
        ("OKTA_TOKEN ?= §", "Assigned OKTA_TOKEN"),
        ("Environment=\"OKTA_TOKEN=§\"", "Assigned OKTA_TOKEN in Environment"),
        ("okta.client.token=§\n", "Assigned okta.client.token"),
        ("a.b:§\n", "Assigned a.b"),
        ("okta.token : §\n", "Assigned okta.token"),
        ("ARG OKTA_TOKEN=§", "Assigned OKTA_TOKEN"),
        ("ENV OKTA_TOKEN §", "Assigned OKTA_TOKEN"),
        ("ENV A=b OKTA_TOKEN=§ C=d", "Assigned OKTA_TOKEN"),
        ("const oktaApiToken = \"§\";", "Assigned oktaApiToken"),
        ("const oktaApiToken =\n    '§';", "Assigned oktaApiToken"),
        ("const token = \"§\"; // okta", "Assigned token"),
        ("val oktaToken: String = \"§\"", "Assigned oktaToken in String"),
        ("val oktaToken:String=\"§\"", "Assigned oktaToken in String"),
        ("let okta_token: &str = \"§\";", "Assigned okta_token in &str"),
        ("const OKTA: &'static str = \"§\";", "Assigned OKTA in &'static str"),
        ("private static final String OKTA_TOKEN = \"§\";", "Assigned OKTA_TOKEN in String"),
        ("String oktaToken = \"§\";", "Assigned oktaToken in String"),
        ("oktaToken := \"§\"", "Assigned oktaToken"),
        ("var oktaToken string = \"§\"", "Assigned oktaToken in string"),
        ("const char *okta_token = \"§\";", "Assigned okta_token in char"),
        ("Dim oktaToken As String = \"§\"", "Assigned oktaToken in String"),
        ("let oktaToken: string = `§`;", "Assigned oktaToken in string"),
        ("token: str = '§'", "Assigned token in str"),
        ("token = b'§'", "Assigned token"),
        ("token = r\"§\"", "Assigned token"),
        ("NSString *oktaToken = @\"§\";", "Assigned oktaToken in NSString"),
        ("$oktaToken = '§';", "Assigned oktaToken"),
        ("@okta_token = '§'", "Assigned okta_token"),
        ("this.oktaToken = '§'", "Assigned this.oktaToken"),
        ("os.environ['OKTA_TOKEN'] = '§'", "Assigned OKTA_TOKEN in os.environ"),
        ("config['okta']['token'] = '§'", "Assigned token in config / okta"),
        ("ENV[\"OKTA_TOKEN\"] ||= \"§\"", "Assigned OKTA_TOKEN in ENV"),
        ("process.env.OKTA_TOKEN = '§'", "Assigned process.env.OKTA_TOKEN"),
        ("if token == '§':", "Assigned token"),
        ("OKTA_TOKEN=“§”", "Assigned OKTA_TOKEN"),
    ]);
}

const KEYS: &[(&str, &str)] = &[
    ("{\n  \"okta\": {\n    \"apiToken\": \"§\"\n  }\n}\n", "Assigned apiToken in okta"),
    (
        "{\"okta\":{\"orgUrl\":\"https://acme.okta.com\",\"apiToken\":\"§\"}}",
        "Assigned apiToken in okta",
    ),
    ("{'okta': {'apiToken': '§'}}", "Assigned apiToken in okta"),
    ("{okta: {apiToken: '§', x: 1}}", "Assigned apiToken in okta"),
    ("$c = ['okta' => ['token' => '§']];", "Assigned token in c / okta"),
    ("okta => { token => '§' }", "Assigned token in okta"),
    ("{ :okta => { :token => '§' } }", "Assigned token in okta"),
    ("{\"tokens\": [\"a\", \"§\"]}", "Assigned tokens"),
    ("{\"tokens\": [\n  \"§\"\n]}", "Assigned tokens"),
    (
        "config = {\n    \"orgUrl\": \"https://acme.okta.com\",\n    \"token\": \"§\",\n}\n",
        "Assigned token in config",
    ),
    ("+++ b/x\n@@ -0,0 +1 @@\n+  \"apiToken\": \"§\"\n", "Assigned apiToken"),
    (
        "okta:\n  client:\n    orgUrl: \"https://acme.okta.com\"\n    token: \"§\"\n",
        "Assigned token in okta / client",
    ),
    ("okta:\n  client:\n    token: §\n", "Assigned token in okta / client"),
    ("+okta:\n+  client:\n+    token: §\n", "Assigned token in okta / client"),
    ("# okta:\n#   token: §\n", "Assigned token in okta"),
    ("okta:\n  tokens:\n    - a\n    - §\n", "Assigned tokens in okta"),
    ("okta:\n  tokens:\n  - \"§\"\n", "Assigned tokens in okta"),
    ("okta: {token: §, x: y}", "Assigned token in okta"),
    ("okta: &a\n  token: §\n", "Assigned token in okta"),
    ("okta_api_token: |\n  §\n", "Assigned okta_api_token"),
    ("a:\n  okta_api_token: >-\n    §\n", "Assigned okta_api_token in a"),
    ("okta_api_token:\n  §\n", "Assigned okta_api_token"),
    ("env: |\n  A=b\n  OKTA_TOKEN=§\n", "Assigned OKTA_TOKEN in env"),
    ("env:\n  - name: OKTA_API_TOKEN\n    value: §\n", "Assigned OKTA_API_TOKEN in env"),
    (
        "env:\n- name: A\n  value: b\n- name: OKTA_API_TOKEN\n  value: \"§\"\n- name: C\n  value: d\n",
        "Assigned OKTA_API_TOKEN in env",
    ),
    ("env:\n- value: §\n  name: OKTA_API_TOKEN\n", "Assigned OKTA_API_TOKEN in env"),
    ("env:\n  OKTA_TOKEN: §\n", "Assigned OKTA_TOKEN in env"),
    (
        "{\"env\":[{\"name\":\"A\",\"value\":\"b\"},{\"name\":\"OKTA_TOKEN\",\"value\":\"§\"}]}",
        "Assigned OKTA_TOKEN in env",
    ),
    ("{\"value\": \"§\", \"key\": \"OKTA_TOKEN\"}", "Assigned OKTA_TOKEN"),
    (
        "{\"headers\":[{\"name\":\"authorization\",\"value\":\"SSWS §\"}]}",
        "Header authorization in headers scheme SSWS",
    ),
    ("{\"cookies\":[{\"name\":\"sid\",\"value\":\"§\"}]}", "Cookie sid in cookies"),
    (
        "services:\n  app:\n    environment:\n      - OKTA_TOKEN=§\n",
        "Assigned OKTA_TOKEN in services / app / environment",
    ),
    ("[okta.client]\nurl = \"x\"\ntoken = \"§\"\n", "Assigned token in okta.client"),
    ("[a]\nx = 1\n\n[okta]\ntoken = §\n", "Assigned token in okta"),
    ("okta.client.token = \"§\"", "Assigned okta.client.token"),
    (
        "provider \"okta\" {\n  org_name  = \"acme\"\n  api_token = \"§\"\n}\n",
        "Assigned api_token in provider / okta",
    ),
    (
        "variable \"okta_api_token\" {\n  description = \"Okta API token\"\n  default     = \"§\"\n}\n",
        "Assigned default in variable / okta_api_token",
    ),
    (
        "var client = new OktaClient(new OktaClientConfiguration { OktaDomain = \"https://acme.okta-emea.com\", Token = \"§\" });",
        "Assigned Token in client / OktaClient / OktaClientConfiguration",
    ),
    ("c := okta.Config{\n\tToken: \"§\",\n}", "Assigned Token in c / okta.Config"),
    ("env := []Env{{Name: \"OKTA_TOKEN\", Value: \"§\"}}", "Assigned OKTA_TOKEN in env / Env"),
    ("class OktaSettings:\n    token = '§'\n", "Assigned token in OktaSettings"),
    (
        "$headers = @{ \"Authorization\" = \"SSWS §\" }",
        "Header Authorization in headers scheme SSWS",
    ),
    (
        "fetch(url, {headers: {authorization: `SSWS §`}});",
        "Header authorization in fetch / headers scheme SSWS",
    ),
    ("**Okta token:** §", "Assigned Okta token"),
    ("Okta API token: §", "Assigned Okta API token"),
    ("- Okta API token: `§`", "Assigned Okta API token"),
];

#[test]
fn keys_and_values() {
    check(KEYS);
}

#[test]
fn elements() {
    check(&[
        ("<okta.token>§</okta.token>", "Assigned okta.token"),
        ("<okta>\n  <url>x</url>\n  <token>§</token>\n</okta>", "Assigned token in okta"),
        ("<okta><url>x</url><token>\n  §\n</token></okta>", "Assigned token in okta"),
        (
            "<appSettings>\n  <add key=\"OktaApiToken\" value=\"§\" />\n</appSettings>",
            "Assigned OktaApiToken in appSettings / add",
        ),
        ("<a><x token=\"§\" b=\"c\"></a>", "Assigned token in a / x"),
        (
            "<dict><key>a</key><string>b</string><key>OktaToken</key>\n<string>§</string></dict>",
            "Assigned OktaToken in dict / string",
        ),
        (
            "<property><name>okta.token</name><value>§</value></property>",
            "Assigned okta.token in property / value",
        ),
        ("<string name=\"okta_token\">§</string>", "Assigned okta_token in string"),
        ("<input type=\"hidden\" value=\"§\" name=\"token\">", "Assigned token in input"),
        ("<tr><td>Okta token</td><td>§</td></tr>", "Assigned Okta token in tr / td"),
        ("<p><b>Token:</b> §</p>", "Assigned Token in p / b"),
        ("<code>OKTA_TOKEN=§</code>", "Assigned OKTA_TOKEN in code"),
    ]);
}

#[test]
fn calls_and_flags() {
    check(&[
        (
            "c, err := okta.NewClient(ctx, okta.WithOrgUrl(\"https://acme.okta.com\"), okta.WithToken(\"§\"))",
            "Call okta.WithToken in err / okta.NewClient",
        ),
        ("builder.SetApiToken(\"§\")", "Call builder.SetApiToken"),
        ("new TokenClientCredentials(\"§\")", "Call TokenClientCredentials"),
        ("oktaToken = SecretStr(\"§\")", "Assigned oktaToken in SecretStr"),
        ("setenv(\"OKTA_TOKEN\", \"§\")", "Assigned OKTA_TOKEN in setenv"),
        (
            "os.environ.setdefault('OKTA_TOKEN', '§')",
            "Assigned OKTA_TOKEN in os.environ.setdefault",
        ),
        (
            "System.setProperty(\"okta.client.token\", \"§\");",
            "Assigned okta.client.token in System.setProperty",
        ),
        (
            "req.Header.Set(\"Authorization\", \"SSWS §\")",
            "Header Authorization in req.Header.Set scheme SSWS",
        ),
        (
            "new AuthenticationHeaderValue(\"SSWS\", \"§\")",
            "Call AuthenticationHeaderValue scheme SSWS",
        ),
        (
            "req.setHeader('Authorization', 'SSWS ' + '§')",
            "Header Authorization in req.setHeader scheme SSWS",
        ),
        ("auth = ('0oa1b2c3d4e5f6g7h8i9', '§')", "UserInfo auth user 0oa1b2c3d4e5f6g7h8i9"),
        ("f(k=\"§\")", "Assigned k in f"),
        ("client(token: \"§\")", "Assigned token in client"),
        ("OktaClient(domain='x', token='§')", "Assigned token in OktaClient"),
        ("{ \"OktaToken\", \"§\" },", "Assigned OktaToken"),
        ("CMD [\"run\", \"--okta-token\", \"§\"]", "Assigned okta-token"),
        ("run --okta-token § -v", "Assigned okta-token"),
        ("run --token=§ -v", "Assigned token"),
        ("run --token \"§\" -v", "Assigned token"),
        ("java -Dokta.client.token=§ -jar x", "Assigned okta.client.token"),
        ("docker run -e OKTA_TOKEN=§ x", "Assigned OKTA_TOKEN"),
        ("Connect -Token '§'", "Assigned Token"),
        ("kubectl create secret generic x --from-literal=token=§", "Assigned token"),
        ("terraform apply -var 'okta_api_token=§'", "Assigned okta_api_token in var"),
        ("cookie(\"sid\", \"§\")", "Cookie sid in cookie"),
        (
            "INSERT INTO settings (id, okta_token) VALUES (1, '§');",
            "Assigned okta_token in settings",
        ),
        ("UPDATE x SET okta_token = '§' WHERE id=1", "Assigned okta_token"),
    ]);
}

#[test]
fn the_web() {
    check(&[
        (
            "curl -H 'Authorization: SSWS §' https://acme.okta.com/",
            "Header Authorization in H scheme SSWS",
        ),
        ("Authorization: SSWS §", "Header Authorization scheme SSWS"),
        ("authorization: ssws §\r\n", "Header authorization scheme ssws"),
        ("> Authorization: SSWS §", "Header Authorization scheme SSWS"),
        ("Host: x\\r\\nAuthorization: SSWS §\\r\\n", "Header Authorization scheme SSWS"),
        ("\"Authorization: SSWS §\"", "Header Authorization scheme SSWS"),
        ("Authorization: Basic §", "Header Authorization scheme Basic"),
        ("Authorization: Token §", "Header Authorization scheme Token"),
        ("use SSWS § here", "scheme SSWS"),
        ("x-okta-xsrftoken: §", "Header x-okta-xsrftoken"),
        ("Cookie: DT=DI0abc; sid=§; t=default; JSESSIONID=AB", "Cookie sid"),
        ("cookie: sid=§", "Cookie sid"),
        ("Set-Cookie: sid=§; Path=/; Secure", "Cookie sid"),
        ("curl -b \"t=1; sid=§\" x", "Cookie sid in b"),
        ("curl --cookie sid=§ x", "Cookie sid"),
        ("document.cookie = \"sid=§; path=/\"", "Cookie sid in document.cookie"),
        ("{\"Cookie\": \"a=b; sid=§\"}", "Cookie sid in Cookie"),
        (".okta.com\tTRUE\t/\tTRUE\t0\tsid\t§", "Cookie sid"),
        ("https://ci.example.com/hook?okta_token=§&x=1", "Parameter okta_token"),
        ("https://x.example.com/?a=b&amp;token=§&amp;c=d", "Parameter token"),
        ("<a href=\"https://x.example.com/?a=b&token=§\">", "Parameter token in a / href"),
        ("https://x.example.com/cb#id_token=§", "Parameter id_token"),
        ("client_id=a&client_secret=§&x=y", "Parameter client_secret"),
        ("curl -d 'client_id=a&client_secret=§' x", "Parameter client_secret in d"),
        ("https://acme.okta.com/welcome/§", "Segment welcome"),
        ("GET /signin/reset-password/§?x=1 HTTP/1.1", "Segment reset-password"),
        ("\"https://acme.okta.com/welcome/§\"", "Segment welcome"),
        ("curl -u 0oa1b2c3d4e5f6g7h8i9:§ -d x y", "UserInfo user 0oa1b2c3d4e5f6g7h8i9"),
        ("curl --user '0oa1b2c3d4e5f6g7h8i9:§' y", "UserInfo user user 0oa1b2c3d4e5f6g7h8i9"),
        ("0oa1b2c3d4e5f6g7h8i9:§", "UserInfo user 0oa1b2c3d4e5f6g7h8i9"),
        ("https://bob:§@host.example.com/", "UserInfo user bob"),
        ("https://§@host.example.com/", "UserInfo"),
        ("level=info token=§ key=\"v\"", "Assigned token"),
        ("level=info msg=\"x\" token=\"§\"", "Assigned token"),
        ("2026-11-21T10:00:00Z DEBUG okta token is §.", "Assigned okta token"),
        ("name,okta_api_token\nprod,§,2026-01-01\n", "Assigned okta_api_token"),
        ("name;okta_api_token\nprod;§\n", "Assigned okta_api_token"),
        ("\"name\",\"okta token\"\n\"prod\",\"§\"\n", "Assigned okta token"),
        ("| Name | Value |\n|---|---|\n| okta_token | § |\n", "Assigned okta_token"),
        ("| Env | Okta token |\n|---|---|\n| prod | `§` |\n", "Assigned Okta token in prod"),
        ("Use `OKTA_TOKEN=§` here", "Assigned OKTA_TOKEN"),
    ]);
}

#[test]
fn references() {
    check(&[
        (
            "OKTA_API_TOKEN=\"${«OKTA_API_TOKEN»}\"",
            "Assigned OKTA_API_TOKEN reference value ${OKTA_API_TOKEN}",
        ),
        ("A=$«OKTA_API_TOKEN»", "Assigned A reference value $OKTA_API_TOKEN"),
        (
            "k: {{ «vault_okta_api_token_for_production» }}",
            "Assigned k reference value vault_okta_api_token_for_production",
        ),
        (
            "k: \"{{ .Values.«oktaTokenOfSomething» }}\"",
            "Assigned k reference value {{ .Values.oktaTokenOfSomething }}",
        ),
        (
            "@Value(\"${activation.token:«DdIZqDwmlufqwhjWuTPp»}\") String key;",
            "Assigned activation.token in Value value DdIZqDwmlufqwhjWuTPp",
        ),
        (
            "k: ${ssm:«oktaTokenOfSomething»}",
            "Assigned ssm in k reference value oktaTokenOfSomething",
        ),
        (
            "OKTA_TOTP_SEED = «DSTHAGTYM6UK7MGW7BUQDE3YFLTXLRWA»",
            "Assigned OKTA_TOTP_SEED value DSTHAGTYM6UK7MGW7BUQDE3YFLTXLRWA",
        ),
        ("x = «OKTA_TOKEN_OF_ALL_THINGS»;", "Assigned x reference value OKTA_TOKEN_OF_ALL_THINGS"),
        ("set {{OKTA_TOKEN}} to {{§}} and", "Assigned OKTA_TOKEN"),
        ("Set `OKTA_TOKEN` to `§` and", "Assigned OKTA_TOKEN"),
        ("The okta scim bearer token is §, ask", "Assigned okta scim bearer token"),
        ("defaults: &defaults\n  okta_token: &secret \"§\"\n", "Assigned okta_token in defaults"),
        ("okta_token: !!str §\n", "Assigned okta_token"),
        ("const key = process.env.OKTA_TOKEN || '§';", "Assigned process.env.OKTA_TOKEN"),
        ("<input value=\"§\" type=\"hidden\" id=\"oktaToken\">", "Assigned oktaToken in input"),
        (
            "k = \"<%= «okta_token_of_something» %>\"",
            "Assigned k reference value okta_token_of_something",
        ),
        ("k=%«OKTA_API_TOKEN»%", "Assigned k reference value %OKTA_API_TOKEN%"),
        (
            "okta_token = «get_token_from_secrets_manager_by_name»(settings)",
            "Assigned okta_token reference value get_token_from_secrets_manager_by_name",
        ),
        (
            "private readonly oktaTokenSecret: «OktaTokenSecretConfigurationProviderFactory»;",
            "Assigned oktaTokenSecret reference value OktaTokenSecretConfigurationProviderFactory",
        ),
        (
            "\"k\": \"@Microsoft.KeyVault(SecretUri=https://x/«oktaTokenOfSomething»)\"",
            "Assigned k reference value @Microsoft.KeyVault(SecretUri=https://x/oktaTokenOfSomething)",
        ),
        ("k: !Ref «OktaTokenOfSomething»", "Assigned k reference value OktaTokenOfSomething"),
        (
            "k: vault:secret/data/«okta_token_of_something»",
            "Assigned vault reference value secret/data/okta_token_of_something",
        ),
    ]);
}

#[test]
fn others_are_left_alone() {
    check(&[
        ("rookTable = §", "Assigned rookTable"),
        ("okta-sdk commit §", ""),
        ("some words § and others", ""),
        ("'don't' § 'can't'", ""),
        ("§", ""),
    ]);
}

const BEYOND: &[(&str, &str)] = &[
    (
        "curl --header 'content-type: application/json' --data '{\"client_id\": \"a\", \"client_secret\": \"§\"}'",
        "Assigned client_secret in data",
    ),
    ("okta_token <- \"§\"", "Assigned okta_token"),
    ("{okta_token, <<\"§\">>}", "Assigned okta_token"),
    ("{okta_token, \"§\"}.", "Assigned okta_token"),
    ("$ENV{OKTA_TOKEN} = '§';", "Assigned OKTA_TOKEN in ENV"),
    ("$h{'okta'}{'token'} = '§';", "Assigned token in h / okta"),
    ("config :my_app, token: \"§\"", "Assigned token"),
    ("{:okta-token \"§\"}", "Assigned okta-token"),
    ("(setq okta-token \"§\")", "Assigned okta-token"),
    (
        "buildConfigField(\"String\", \"OKTA_TOKEN\", \"\\\"§\\\"\")",
        "Assigned OKTA_TOKEN in buildConfigField",
    ),
    ("resValue \"string\", \"okta_token\", \"§\"", "Assigned okta_token"),
    ("set \"OKTA_TOKEN=§\"", "Assigned OKTA_TOKEN"),
    ("machine acme.okta.com login a password §", "Assigned password"),
    ("//registry.example.com/:_authToken=§", "Assigned _authToken"),
    ("\"OktaToken\"=\"§\"", "Assigned OktaToken"),
    (
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Okta]\n\"Token\"=\"§\"",
        "Assigned Token in HKEY_LOCAL_MACHINE\\SOFTWARE\\Okta",
    ),
    ("msbuild /p:OktaToken=§", "Assigned OktaToken"),
    ("dotnet run Okta:ClientSecret=§", "Assigned Okta:ClientSecret"),
    ("dotnet user-secrets set \"Okta:ClientSecret\" \"§\"", "Assigned Okta:ClientSecret"),
    ("etcdctl put /okta/token §", "Assigned okta/token"),
    ("aws ssm put-parameter --name /okta/token --value § --type x", "Assigned /okta/token"),
    (
        "az keyvault secret set --vault-name v --name okta-token --value \"§\"",
        "Assigned okta-token",
    ),
    ("string(name: 'OKTA_TOKEN', defaultValue: '§')", "Assigned OKTA_TOKEN in string"),
    ("ParameterKey=OktaToken,ParameterValue=§", "Assigned OktaToken"),
    ("- ParameterKey: OktaToken\n  ParameterValue: §\n", "Assigned OktaToken"),
    ("{\"domain\":\".okta.com\",\"name\":\"sid\",\"value\":\"§\",\"httpOnly\":true}", "Cookie sid"),
    ("driver.add_cookie({\"name\": \"sid\", \"value\": \"§\"})", "Cookie sid in driver.add_cookie"),
    ("\"authorization\": [\"SSWS §\"]", "Header authorization scheme SSWS"),
    ("map[Authorization:[SSWS §]]", "Header Authorization scheme SSWS"),
    (
        "<c>\n<param-name>okta.token</param-name>\n<param-value>§</param-value>",
        "Assigned okta.token in c / param-value",
    ),
    ("&{Region:eu Auth0RefreshToken:§ Retries:3}", "Assigned Auth0RefreshToken"),
    ("x=a&payload=id,region,session_token\n7,eu,§\n", "Assigned session_token"),
    ("From: x\n\n<pre>id,session_token\n7,§\n", "Assigned session_token in pre"),
    ("id\tsession_token\tx\n7\t§\teu\n", "Assigned session_token"),
    ("set(OKTA_TOKEN \"§\" CACHE STRING \"\")", "Assigned OKTA_TOKEN in set"),
    ("token = prod ? '§' : 'b'", "Assigned token"),
    ("token = prod ? 'b' : '§'", "Assigned token"),
    ("token = prod ? b : '§'", "Assigned token"),
    ("token = a if b == c else '§'", "Assigned token"),
    ("token = os.environ['OKTA_TOKEN'] or '§'", "Assigned OKTA_TOKEN in os.environ"),
    ("console.log('okta token:', '§')", "Assigned okta token in console.log"),
    ("printf(\"token=%s\", \"§\")", "Assigned token in printf"),
    (
        "&{Region:eu Secret:«-D84Y_0lm5h_icJVIktn2lof2i10h3DMyLPsNmfr» R:3}",
        "Assigned Secret value -D84Y_0lm5h_icJVIktn2lof2i10h3DMyLPsNmfr",
    ),
    ("<config><oktaToken><![CDATA[§]]></oktaToken></config>", "Assigned oktaToken in config"),
    ("const re = /[\"']/; const token = \"§\";", "Assigned token"),
    ("a = '\"'; token = '§'", "Assigned token"),
    ("// it's \"x\ntoken: '§'", "Assigned token"),
    ("{\"note\":\"don't {\",\"okta\":{\"token\":\"§\"}}", "Assigned token in okta"),
    ("{\"note\":\"a \\\"b\\\" c\",\"token\":\"§\"}", "Assigned token"),
    ("x = `${a ? \"b\" : 'c'}`; y = {okta: {token: '§'}}", "Assigned token in y / okta"),
    ("<!-- it's --><okta><token>§</token></okta>", "Assigned token in okta"),
    ("<okta><br><token>§</token></okta>", "Assigned token in okta"),
    ("if (a < b && c > d) { okta = {token: '§'} }", "Assigned token in okta"),
    (
        "List<String> x; Map<String, String> m = Map.of(\"okta.token\", \"§\");",
        "Assigned okta.token in m / Map.of",
    ),
    ("public string Token { get; set; } = \"§\";", "Assigned Token in string"),
    ("private const string OktaToken = \"§\";", "Assigned OktaToken in string"),
    ("String token = (String) \"§\";", "Assigned token in String"),
    ("$token = ConvertTo-SecureString \"§\" -AsPlainText", "Assigned token"),
    ("let token = Secret \"§\"", "Assigned Secret"),
    ("curl -u0oa1b2c3d4e5f6g7h8i9:§ x", "UserInfo user 0oa1b2c3d4e5f6g7h8i9"),
    ("'token' => env('OKTA', '§'),", "Assigned OKTA in token / env"),
    ("set {\n  name = \"okta.token\"\n  value = \"§\"\n}", "Assigned okta.token in set"),
    ("\u{feff}OKTA_TOKEN=§", "Assigned OKTA_TOKEN"),
    ("Okta token:\u{a0}§", "Assigned Okta token"),
    ("okta token：§", "Assigned okta token"),
    ("“OKTA_TOKEN”: “§”", "Assigned OKTA_TOKEN"),
    ("okta config:\n  token: §\n", "Assigned token in okta config"),
    ("{Token:§ Url:x}", "Assigned Token"),
    ("Config(url='x', token='§')", "Assigned token in Config"),
    ("Foo{url='x', token='§'}", "Assigned token in Foo"),
    ("a:1:{s:5:\"token\";s:42:\"§\";}", "Assigned token in 1"),
    ("INSERT INTO settings VALUES (1,'okta_token','§');", "Assigned okta_token in VALUES"),
    ("INSERT INTO `t` (`id`,`okta_token`) VALUES (1,'a'),(2,'§');", "Assigned okta_token in t"),
    ("\"Authorization: SSWS {}\".format(\"§\")", "Header Authorization in format scheme SSWS"),
    ("String.format(\"SSWS %s\", \"§\")", "Call String.format scheme SSWS"),
    (
        "fmt.Sprintf(\"Authorization: SSWS %s\", \"§\")",
        "Header Authorization in fmt.Sprintf scheme SSWS",
    ),
    ("\"SSWS %s\" % \"§\"", "scheme SSWS"),
    ("h['Authorization'] = \"SSWS \" . '§';", "Header Authorization in h scheme SSWS"),
    ("proxy_set_header Authorization \"SSWS §\";", "Header Authorization scheme SSWS"),
    ("http GET x Authorization:\"SSWS §\"", "Header Authorization scheme SSWS"),
    ("a=SSWS+§&b=c", "Parameter a scheme SSWS"),
    (
        "--b\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\n§\r\n--b",
        "Assigned client_secret",
    ),
    ("oktaToken:: §", "Assigned oktaToken"),
    ("okta token → §", "Assigned okta token"),
    ("token -> §", "Assigned token"),
    ("< set-cookie: sid=§;Path=/", "Cookie sid"),
    ("\"GET /hook?okta_token=§ HTTP/1.1\" 200", "Parameter okta_token"),
    ("COPY t (id, okta_token) FROM stdin;\n1\t§\n", "Assigned okta_token in t"),
    ("<dt>Okta token</dt><dd>§</dd>", "Assigned Okta token in dd"),
    ("<div data-token=\"§\"></div>", "Assigned data-token in div"),
    ("<meta name=\"okta-token\" content=\"§\">", "Assigned okta-token in meta"),
    ("const {token = '§'} = opts;", "Assigned token"),
    ("foo(token ?? '§')", "Assigned token in foo"),
    ("token = x || '§'", "Assigned token"),
    ("token = os.getenv('OKTA', '§')", "Assigned OKTA in token / os.getenv"),
    ("token: ${OKTA_TOKEN:-§}", "Assigned OKTA_TOKEN in token"),
    ("token: ${OKTA_TOKEN:§}", "Assigned OKTA_TOKEN in token"),
    ("{{ okta_token | default('§') }}", "Assigned okta_token in default"),
    ("<%= ENV['T'] || '§' %>", "Assigned T in ENV"),
    ("token = <<EOF\n§\nEOF\n", "Assigned token"),
    ("cat > token <<'EOF'\n§\nEOF\n", ""),
    ("token = \"\"\"§\"\"\"", "Assigned token"),
    ("token = \"\"\"\n§\n\"\"\"", "Assigned token"),
    ("token = (\n    '§'\n)", "Assigned token"),
    ("const [token, setToken] = useState('§')", "Call useState in token, setToken"),
    ("okta.setToken = '§'", "Assigned okta.setToken"),
    ("echo § | okta login", ""),
    ("OKTA_TOKEN=§#x", "Assigned OKTA_TOKEN"),
    ("postgres://bob:§@db/x", "UserInfo user bob"),
    ("X-Token=§; other", "Header X-Token"),
    ("Server=x;OktaToken=§;Y=z", "Assigned OktaToken"),
    ("\"Server=x;OktaToken=§;Y=z\"", "Assigned OktaToken"),
    ("sid=§; path=/; secure", "Cookie sid"),
    ("okta = { token = \"§\", url = \"x\" }", "Assigned token in okta"),
    ("[[okta]]\ntoken = \"§\"", "Assigned token in okta"),
    ("okta:\n  - url: x\n    token: §\n", "Assigned token in okta"),
    ("{\n  // okta\n  token: '§', // don't\n}", "Assigned token"),
    ("f('it\\'s', token='§')", "Assigned token in f"),
    ("\"it's\": 1, \"token\": \"§\"", "Assigned token"),
    ("don't use: token = '§'", "Assigned token"),
    ("if (x) { y = {token: \"§\"} }", "Assigned token in y"),
    (
        "module.exports = {\n  okta: {\n    token: process.env.T || '§',\n  },\n}",
        "Assigned token in module.exports / okta",
    ),
];

#[test]
fn carriers_beyond_the_usual() {
    check(BEYOND);
}

/// Checks the block around a text's `§`, and the pairs of that block.
#[track_caller]
fn check_pairs(text: &str, block: &str, expected: &str) {
    let (text, run) = marked(&text.replace('§', "«§»"));
    let context = around(text.as_bytes(), run);
    assert_eq!(&text[context.block.clone()], block, "{text}");
    let pairs = pairs(text.as_bytes(), context.block);
    let shown: Vec<String> =
        pairs.iter().map(|pair| format!("{}={}", pair.name, &text[pair.value.clone()])).collect();
    assert_eq!(shown.join(" "), expected, "{text}");
}

#[test]
fn blocks_and_their_pairs() {
    let json =
        r#"{"a":1,"okta":{"orgUrl":"https://acme.okta.com","x":{"y":"z"},"token":"§"},"b":2}"#;
    check_pairs(
        json,
        r#"{"orgUrl":"https://acme.okta.com","x":{"y":"z"},"token":"§"}"#,
        "orgUrl=https://acme.okta.com token=§",
    );
    check_pairs(
        r#"[{"name":"A","value":"b"},{"name":"T","value":"§"}]"#,
        r#"[{"name":"A","value":"b"},{"name":"T","value":"§"}]"#,
        "A=b T=§",
    );
    check_pairs(
        "a: 1\nokta:\n  id: x\n  token: §\n\n  url: 'u'\nb: 2\n",
        "okta:\n  id: x\n  token: §\n\n  url: 'u'",
        "id=x token=§ url=u",
    );
    check_pairs(
        "[a]\nx = 1\n[okta]\ny = 'z'\ntoken = §\n[b]\nc=1\n",
        "[okta]\ny = 'z'\ntoken = §",
        "y=z token=§",
    );
    check_pairs(
        "A=1\n\nB='2'\nexport TOKEN=\"§\"\nC=3 # c\n\nD=4\n",
        "B='2'\nexport TOKEN=\"§\"\nC=3 # c",
        "B=2 TOKEN=§ C=3",
    );
    check_pairs(
        "okta.NewClient(ctx, okta.WithOrgUrl(\"https://acme.okta.com\"), okta.WithToken(\"§\"))",
        "(ctx, okta.WithOrgUrl(\"https://acme.okta.com\"), okta.WithToken(\"§\"))",
        "okta.WithOrgUrl=https://acme.okta.com okta.WithToken=§",
    );
    check_pairs(
        "provider \"okta\" {\n  org_name = \"acme\"\n  base_url = \"okta.com\"\n  api_token = \"§\"\n}\n",
        "{\n  org_name = \"acme\"\n  base_url = \"okta.com\"\n  api_token = \"§\"\n}",
        "org_name=acme base_url=okta.com api_token=§",
    );
    check_pairs(
        "<a><okta><url>u</url><token>§</token></okta></a>",
        "<okta><url>u</url><token>§</token></okta>",
        "url=u token=§",
    );
    check_pairs(
        "<s>\n<add key=\"Url\" value=\"u\"/>\n<add key=\"Token\" value=\"§\"/>\n</s>",
        "<s>\n<add key=\"Url\" value=\"u\"/>\n<add key=\"Token\" value=\"§\"/>\n</s>",
        "Url=u Token=§",
    );
    check_pairs(
        "f() { url = \"u\"; g(h(token = \"§\")); }",
        "{ url = \"u\"; g(h(token = \"§\")); }",
        "url=u",
    );
    check_pairs("val t: String = \"§\"", "val t: String = \"§\"", "t=§");
    check_pairs(
        "run --name a --url=u --token §",
        "run --name a --url=u --token §",
        "name=a url=u token=§",
    );
}

/// Pieces that hostile and usual texts are made of.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "\"", "'", "`", "\\", "{", "}", "[", "]", "(", ")", "<", ">", "</", "/>", "<a>", "</a>", "=", ":", "=>", "::",
            ":=", ",", ";", "|", "&", "?", "#", "$", "%", "@", "//", "/", "-", "--", "- ", "\n", "\r\n", "\n  ", "\t",
            " ", "  ", "+", ".", "*", "!", "~", "${", "{{", "<%", "Cookie:", "SSWS ", "Bearer ", "-u ", "VALUES",
            "name", "value", "okta", "token", "String", "var ", " as ", "[okta]", "---", "```", "@@ ", "\u{201c}", "é",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => "[A-Za-z0-9_-]{0,45}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

/// Reads everything around a run, and checks what holds for every text.
fn check_any(text: &[u8], run: std::ops::Range<usize>) {
    let context = around(text, run.clone());
    let end = run.end.min(text.len());
    let run = run.start.min(end)..end;
    assert!(context.value.start <= run.start + 1 && context.value.end >= run.end);
    for range in [&context.value, &context.block, &context.line] {
        assert!(range.start <= range.end && range.end <= text.len(), "{context:?}");
    }
    for pair in pairs(text, context.block.clone()) {
        assert!(pair.value.start <= pair.value.end && pair.value.end <= text.len());
    }
    let _ = (nearby(text, context.value), context.name.map(|name| words(&name)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_and_no_run_make_it_panic(
        pieces in prop::collection::vec(piece(), 0..60),
        start in any::<prop::sample::Index>(),
        len in 0_usize..60,
    ) {
        let text = pieces.concat();
        let start = start.index(text.len() + 2);
        check_any(&text, start..start + len);
    }
}

#[test]
fn a_line_without_end_costs_no_more_than_its_neighborhood() {
    const HOSTILE: [&str; 22] = [
        "{", "[", "(", "\"", "'", "\\", "\\\"", ">", "<a>", "</a>", "<", "=", ":", ",", "|", "\n",
        "\n- ", " ", "\"a\",", "a=b;", "a=b&", "x: \n ",
    ];
    for unit in HOSTILE {
        let mut text = unit.repeat((4 << 20) / unit.len()).into_bytes();
        let middle = text.len() / 2;
        let run = middle..middle + V.len();
        text.splice(run.clone(), V.bytes());
        let fuel = Cell::new(usize::MAX);
        let _ = read(&text, run, &fuel);
        let spent = usize::MAX - fuel.get();
        assert!(spent <= view::FUEL, "{unit:?} takes {spent} steps");
    }
}
