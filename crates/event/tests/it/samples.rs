//! What the sample events of the other products tell.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use event::Field;

use super::read;

/// Everything that is the same for every product, by the name that rules use.
const NAMES: [&str; 20] = [
    "provider",
    "type",
    "user",
    "user_id",
    "target_user",
    "target_user_id",
    "ip",
    "network",
    "country",
    "latitude",
    "os",
    "session",
    "token",
    "client",
    "app",
    "app_name",
    "idp",
    "device",
    "tenant",
    "outcome",
];

macro_rules! check {
    ($sample:literal, $expected:literal $(,)?) => {
        let text = include_str!(concat!("../../../../rules/samples/", $sample, ".json"));
        check($sample, text, $expected);
    };
}

fn check(sample: &str, text: &str, expected: &str) {
    let told = read(text.as_bytes(), |event| {
        let mut told = String::new();
        for name in NAMES {
            let field = Field::parse(&format!("entity.{name}")).unwrap();
            field.visit(event, &mut |text| {
                let _ = write!(told, "\n{name}: {text}");
                ControlFlow::Continue(())
            });
        }
        let _ = write!(told, "\n{}", event.time().unwrap());
        told
    });
    assert_eq!(told, format!("1: \n{}\n", expected.trim()), "{sample}");
}

#[test]
fn records_of_cloud_trail_tell() {
    check!(
        "aws/AssumeRoleWithSAML",
        "
provider: aws
type: AssumeRoleWithSAML
user: jo.park@example.com
user_id: exampleNameQualifier00000=:jo.park@example.com
ip: 198.51.100.24
network: 198.51.100.0/24
app: arn:aws:iam::000000000000:role/ExampleEngineer
idp: arn:aws:iam::000000000000:saml-provider/ExampleOkta
tenant: 000000000000
outcome: success
2026-09-08T14:50:02Z",
    );
    check!(
        "aws/ConsoleLogin",
        "
provider: aws
type: ConsoleLogin
user: jo.park@example.com
user_id: EXAMPLEROLEID00000001:jo.park@example.com
ip: 198.51.100.24
network: 198.51.100.0/24
idp: arn:aws:iam::000000000000:saml-provider/ExampleOkta
tenant: 000000000000
outcome: success
2026-09-08T14:50:04Z",
    );
    check!(
        "aws/UpdateSAMLProvider",
        "
provider: aws
type: UpdateSAMLProvider
user: maya.okafor@example.com
user_id: EXAMPLEROLEID00000002:maya.okafor@example.com
ip: 203.0.113.9
network: 203.0.113.0/24
token: EXAMPLEACCESSKEYID02
idp: arn:aws:iam::000000000000:saml-provider/ExampleOkta
tenant: 000000000000
outcome: success
2026-09-08T15:12:40Z",
    );
}

#[test]
fn changes_in_entra_tell() {
    check!(
        "azure/audit.add_member_to_role",
        "
provider: entra
type: Add member to role
user: maya.okafor@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c68085200
target_user: jo.park@example.com
target_user_id: 26be570a-ae82-4189-b4e2-a37c6808512d
ip: 203.0.113.9
network: 203.0.113.0/24
outcome: success
2026-09-08T15:20:31.1234567Z",
    );
    check!(
        "azure/audit.add_service_principal_credentials",
        "
provider: entra
type: Add service principal credentials
user: maya.okafor@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c68085200
ip: 203.0.113.9
network: 203.0.113.0/24
app: 00000000-0000-4000-8000-00000000d001
app_name: Deployment pipeline
outcome: success
2026-09-08T15:20:31.1234567Z",
    );
    check!(
        "azure/audit.set_domain_authentication",
        "
provider: entra
type: Set domain authentication
user: maya.okafor@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c68085200
ip: 203.0.113.9
network: 203.0.113.0/24
outcome: success
2026-09-08T15:20:31.1234567Z",
    );
    check!(
        "azure/audit.set_federation_settings",
        "
provider: entra
type: Set federation settings on domain
user: maya.okafor@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c68085200
ip: 203.0.113.9
network: 203.0.113.0/24
outcome: success
2026-09-08T15:20:31.1234567Z",
    );
}

#[test]
fn sign_ins_to_entra_tell() {
    check!(
        "azure/signin.device_code",
        "
provider: entra
user: jo.park@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c6808512d
ip: 203.0.113.9
network: AS64511
country: FR
latitude: 45.7485
os: MacOs
session: 00000000-0000-4000-8000-00000000e001
token: exampleUniqueToken0002
client: 00000000-0000-4000-8000-00000000a003
app: 00000000-0000-4000-8000-00000000a003
app_name: Microsoft Azure CLI
outcome: success
2026-09-08T14:52:10Z",
    );
    check!(
        "azure/signin.federated",
        "
provider: entra
user: jo.park@example.com
user_id: 26be570a-ae82-4189-b4e2-a37c6808512d
ip: 198.51.100.24
network: AS64500
country: FR
latitude: 45.7485
os: MacOs
session: 00000000-0000-4000-8000-00000000e001
token: exampleUniqueToken0001
client: 00000000-0000-4000-8000-00000000a001
app: 00000000-0000-4000-8000-00000000a001
app_name: Office 365 Exchange Online
idp: http://www.okta.com/exk00000000000000ms7
outcome: success
2026-09-08T14:52:10Z",
    );
}

#[test]
fn entries_of_github_tell() {
    check!(
        "github/git.clone",
        "
provider: github
type: git.clone
user: jo.park@example.com
user_id: 1000001
target_user: jo.park@example.com
target_user_id: 1000001
ip: 198.51.100.24
network: 198.51.100.0/24
country: FR
token: ZXhhbXBsZWhhc2hlZHRva2VuMDAwMDAwMDAwMDAwMDA=
tenant: acme
2026-09-08T14:52:33Z",
    );
    check!(
        "github/org.remove_member",
        "
provider: github
type: org.remove_member
user: maya-okafor
user_id: 1000002
target_user: jo.park@example.com
target_user_id: 1000001
ip: 198.51.100.24
network: 198.51.100.0/24
country: FR
tenant: acme
2026-09-08T14:52:34Z",
    );
}

#[test]
fn settings_of_github_tell() {
    check!(
        "github/org.sso_response",
        "
provider: github
type: org.sso_response
user: jo.park@example.com
user_id: 1000001
target_user: jo.park@example.com
target_user_id: 1000001
ip: 198.51.100.24
network: 198.51.100.0/24
country: FR
idp: http://www.okta.com/exk00000000000000gh7
tenant: acme
2026-09-08T14:52:31Z",
    );
    check!(
        "github/org.update_saml_provider_settings",
        "
provider: github
type: org.update_saml_provider_settings
user: jo.park@example.com
user_id: 1000001
ip: 198.51.100.24
network: 198.51.100.0/24
country: FR
idp: https://idp.example.com/saml
tenant: acme
2026-09-08T14:52:32Z",
    );
    check!(
        "github/personal_access_token.access_granted",
        "
provider: github
type: personal_access_token.access_granted
user: jo.park@example.com
user_id: 1000001
target_user: jo.park@example.com
target_user_id: 1000001
ip: 198.51.100.24
network: 198.51.100.0/24
country: FR
tenant: acme
2026-09-08T14:52:35Z",
    );
}
