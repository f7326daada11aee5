use super::{Language, read};
use crate::Base;
use crate::read::seen::show;

fn notes(ending: &str, source: &str) -> String {
    show(|taker| read(Language::of_ending(ending), source.as_bytes(), 1, Base::builtin(), taker))
}

#[test]
fn javascript_with_paths() {
    let source = r"
// okta: fetch('/api/v1/groups')
const BASE = `https://${process.env.OKTA_DOMAIN}/api/v1`;
const USERS = '/users';
async function createUser(user) {
  return fetch(`${BASE}/users?activate=false`, { method: 'POST', body: JSON.stringify(user) });
}
async function getUser(id) {
  return fetch(`${BASE}${USERS}/${encodeURIComponent(id)}`);
}
const suspend = (id) => axios.post(BASE + USERS + '/' + id + '/lifecycle/suspend');
const update = (id, o) => axios({ url: `${BASE}/users/${id}`, method: 'put', data: o });
async function remove(id) {
  const url = `${BASE}/groups/${id}`;
  await client.delete(url);
}
function list(options) {
  return fetch(`${BASE}/groups`, options);
}
function hidden() {
  const path = `${BASE}/apps`;
  return this.call(path);
}
log.info('see https://acme.okta.com/api/v1/users for more');
app.get('/api/v1/users', (req, res) => res.send([]));
";
    insta::assert_snapshot!(notes("js", source), @r"
    6 POST /api/v1/users?activate=false | createUser
    9 GET /api/v1/users/{id} | getUser
    11 POST /api/v1/users/{id}/lifecycle/suspend | suspend
    12 PUT /api/v1/users/{id} | update
    15 DELETE /api/v1/groups/{id} | remove
    18 ? /api/v1/groups | list
    25 passed over: /api/v1/users: a server's own route
    21 ? /api/v1/apps | hidden
    ");
}

#[test]
fn javascript_with_libraries() {
    let source = r"
const okta = require('@okta/okta-sdk-nodejs');
const client = new okta.Client({ orgUrl: 'https://acme.okta.com' });
async function sync(user) {
  await client.userApi.createUser({ body: user });
  await client.updateUser(user.id);
  await client.groupApi.assignUserToGroup({ groupId, userId });
  await client.addUserToGroup(groupId, userId);
  await db.createUser(user);
  await client.userApi.brewTea(user);
  client.userApi.getApiClient();
  await createdUser.suspend();
  await group.listUsers().each(print);
  await user.update();
  for await (const u of client.listUsers()) {}
}
";
    insta::assert_snapshot!(notes("ts", source), @r#"
    5 ["management:createUser"] [] | sync
    6 ["management:replaceUser", "management:updateUser"] [] | sync
    7 ["management:assignUserToGroup"] [] | sync
    8 ["management:assignUserToGroup"] [] | sync
    9 passed over: db.createUser: whether a client of Okta or Auth0 is called is not told
    10 passed over: client.userApi.brewTea: no operation is known by that name
    12 ["management:suspendUser"] [] | sync
    13 ["management:listGroupUsers"] [] | sync
    14 passed over: user.update: whether a client of Okta or Auth0 is called is not told
    15 ["management:listUsers"] [] | sync
    "#);
    let source = r"
import { ManagementClient } from 'auth0';
const management = new ManagementClient({ domain: 'acme.us.auth0.com' });
await management.users.getAll({ q });
await management.users.roles.list(id);
await management.getUsers();
await user.update();
await prisma.user.update({});
await management.organizations.teapots.update(id);
management.users.list().then(x);
management.users.bind(x);
client[kind].list();
await management.organizations.clients.update(id);
";
    insta::assert_snapshot!(notes("ts", source), @r#"
    4 ["management:get_users"] []
    5 ["management:get_user_roles"] []
    6 ["management:get_users"] []
    8 passed over: prisma.user.update: whether a client of Okta or Auth0 is called is not told
    9 passed over: management.organizations.teapots.update: no operation is known by that name
    10 ["management:get_users"] []
    12 passed over: client[…]: what is called is chosen while the program runs
    13 passed over: management.organizations.clients.update: no operation is known by that name
    "#);
}

#[test]
fn python_with_paths() {
    let source = r#"
"""Speaks to okta: GET /api/v1/apps."""
import requests

BASE_URL: str = "https://acme.okta.com"

class Directory:
    def users(self):
        """POST /api/v1/apps"""
        return requests.get(f"{BASE_URL}/api/v1/users", params={"limit": 200})  # DELETE /api/v1/apps

    def deactivate(self, user_id):
        url = "%s/api/v1/users/%s/lifecycle/deactivate" % (BASE_URL, user_id)
        self.session.post(url)

    def role(self, user_id):
        return self._request("POST", "/api/v1/users/{}/roles".format(user_id))

    def group(self, gid):
        req = urllib.request.Request(BASE_URL + "/api/v1/groups/" + gid, method="PUT")
        return urlopen(req)

    PATHS = {"zones": "/api/v1/zones"}

    def zones(self):
        return requests.get(BASE_URL + PATHS["zones"])

    def hidden(self, kind):
        return self.call("/api/v1/policies")
"#;
    insta::assert_snapshot!(notes("py", source), @r"
    10 GET https://acme.okta.com/api/v1/users | users
    14 POST https://acme.okta.com/api/v1/users/{…}/lifecycle/deactivate | deactivate
    17 POST /api/v1/users/{…}/roles | role
    20 PUT https://acme.okta.com/api/v1/groups/{gid} | group
    26 GET https://acme.okta.com/api/v1/zones | zones
    29 ? /api/v1/policies | hidden
    ");
}

#[test]
fn python_with_libraries() {
    let source = r"
from okta.client import Client as OktaClient
okta_client = OktaClient(config)
async def main():
    users, resp, err = await okta_client.list_users()
    await okta_client.add_user_to_group(gid, uid)
    await okta_client.deactivate_or_delete_user(uid)
    self._list_users()
    groups = await collect(okta_client.list_groups, limit=200)
    executor.create_request()
";
    insta::assert_snapshot!(notes("py", source), @r#"
    5 ["management:listUsers"] [] | main
    6 ["management:assignUserToGroup"] [] | main
    7 ["management:deleteUser"] [] | main
    9 ["management:listGroups"] [] | main
    "#);
    let source = r"
from auth0.management import Auth0
mgmt = Auth0(domain, token)
mgmt.users.list(q='x')
mgmt.roles.add_permissions(role_id, permissions)
mgmt.client_grants.all()
";
    insta::assert_snapshot!(notes("py", source), @r#"
    4 ["management:get_users"] []
    5 ["management:post_role_permission_assignment"] []
    6 ["management:get_client-grants"] []
    "#);
}

#[test]
fn go_with_both() {
    let source = r#"package main

import "github.com/okta/okta-sdk-golang/v5/okta"

const usersPath string = "/api/v1/users"

func run(ctx context.Context, apiClient *okta.APIClient) {
	users, _, err := apiClient.UserAPI.ListUsers(ctx).Limit(10).Execute()
	apiClient.GroupAPI.AssignUserToGroup(ctx, gid, uid).Execute()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/api/v1/users/%s/lifecycle/unlock", base, id), nil)
	resp, err := http.Get(base + usersPath)
}
"#;
    insta::assert_snapshot!(notes("go", source), @r#"
    8 ["management:listUsers"] [] | run
    9 ["management:assignUserToGroup"] [] | run
    10 POST /api/v1/users/{…}/lifecycle/unlock | run
    11 GET /api/v1/users | run
    "#);
    let source = r#"package main

import "github.com/auth0/go-auth0/management"

func run() {
	m, err := management.New(domain)
	err = m.User.Create(ctx, user)
	roles, err := m.User.Roles(ctx, id)
	err = m.Role.AssociatePermissions(ctx, id, permissions)
}
"#;
    insta::assert_snapshot!(notes("go", source), @r#"
    7 ["management:post_users"] [] | run
    8 ["management:get_user_roles"] [] | run
    9 ["management:post_role_permission_assignment"] [] | run
    "#);
}

#[test]
fn java_with_both() {
    let source = r#"
import com.okta.sdk.resource.api.UserApi;
class Sync {
  private final UserApi users;
  void run() {
    users.listUsers(null, null, 5);
    User user = UserBuilder.instance().setEmail(mail).buildAndCreate(users);
    groupApi.assignUserToGroup(gid, uid);
    HttpRequest r = HttpRequest.newBuilder().uri(URI.create(base + "/api/v1/groups/" + id)).DELETE().build();
    HttpRequest s = HttpRequest.newBuilder(URI.create("https://acme.okta.com/api/v1/apps")).build();
    restTemplate.exchange(base + "/api/v1/users/{id}", HttpMethod.POST, entity, String.class, id);
    webClient.post().uri(b -> b.path("/api/v1/users/{id}/lifecycle/activate").build(id)).retrieve();
    con = (HttpURLConnection) new URL(base + "/api/v1/zones").openConnection();
    con.setRequestMethod("POST");
  }
  @GetMapping("/api/v1/users")
  List<User> mine() { return null; }
}
"#;
    insta::assert_snapshot!(notes("java", source), @r#"
    6 ["management:listUsers"] [] | run
    7 ["management:createUser"] [] | run
    8 ["management:assignUserToGroup"] [] | run
    9 DELETE /api/v1/groups/{id} | run
    10 GET https://acme.okta.com/api/v1/apps | run
    11 POST /api/v1/users/{id} | run
    12 POST /api/v1/users/{id}/lifecycle/activate | run
    13 POST /api/v1/zones | run
    16 passed over: /api/v1/users: a server's own route
    "#);
    let source = r"
import com.auth0.client.mgmt.ManagementAPI;
ManagementAPI mgmt = ManagementAPI.newBuilder(domain, token).build();
mgmt.users().list(filter).execute();
mgmt.roles().addPermissions(id, permissions).execute();
";
    insta::assert_snapshot!(notes("java", source), @r#"
    4 ["management:get_users"] []
    5 ["management:post_role_permission_assignment"] []
    "#);
}

#[test]
fn csharp_with_both() {
    let source = r#"
using Okta.Sdk.Api;
class Sync {
  async Task Run() {
    var users = await _userApi.ListUsersAsync(search: q).ToListAsync();
    await client.Users.CreateUserAsync(options);
    await http.PostAsync($"api/v1/users/{user.Id}/lifecycle/suspend", null);
    var m = new HttpRequestMessage(HttpMethod.Delete, $"{_base}/api/v1/groups/{id:D}");
    await http.GetFromJsonAsync<List<User>>("api/v1/users");
  }
  [HttpGet("api/v1/apps")]
  IActionResult Apps() => Ok();
}
"#;
    insta::assert_snapshot!(notes("cs", source), @r#"
    5 ["management:listUsers"] [] | Run
    6 ["management:createUser"] [] | Run
    7 POST /api/v1/users/{Id}/lifecycle/suspend | Run
    8 DELETE /api/v1/groups/{id} | Run
    9 GET /api/v1/users | Run
    11 passed over: api/v1/apps: a server's own route
    "#);
    let source = r"
using Auth0.ManagementApi;
var client = new ManagementApiClient(token, domain);
await client.Users.GetAllAsync(new GetUsersRequest());
await client.Users.AssignRolesAsync(id, request);
";
    insta::assert_snapshot!(notes("cs", source), @r#"
    4 ["management:get_users"] []
    5 ["management:post_user_roles"] []
    "#);
}

#[test]
fn other_languages() {
    let ruby = r##"
OKTA = "https://acme.okta.com"
req = Net::HTTP::Post.new("/api/v1/users/#{id}/lifecycle/activate")
conn.get("#{OKTA}/api/v1/groups")
HTTParty.send(:delete, "x")
"##;
    insta::assert_snapshot!(notes("rb", ruby), @r"
    3 POST /api/v1/users/{id}/lifecycle/activate
    4 GET https://acme.okta.com/api/v1/groups
    ");
    let php = r#"<?php // okta
$base = 'https://acme.okta.com/api/v1';
$client->request('POST', $base . '/users/' . $id . '/lifecycle/unlock');
$client->get("$base/groups/{$gid}/users");
"#;
    insta::assert_snapshot!(notes("php", php), @r"
    3 POST https://acme.okta.com/api/v1/users/{id}/lifecycle/unlock
    4 GET https://acme.okta.com/api/v1/groups/{gid}/users
    ");
    let rust = r#"// okta
let url = format!("{}/api/v1/users/{user_id}", self.base);
let response = client.put(&url).json(&user).send().await?;
client.request(Method::DELETE, format!("{base}/api/v1/groups/{id}")).send().await?;
"#;
    insta::assert_snapshot!(notes("rs", rust), @r"
    3 PUT /api/v1/users/{user_id}
    4 DELETE /api/v1/groups/{id}
    ");
    let swift = r#"// okta
var request = URLRequest(url: URL(string: "\(base)/api/v1/users/\(user.id)")!)
request.httpMethod = "DELETE"
"#;
    insta::assert_snapshot!(notes("swift", swift), @"2 DELETE /api/v1/users/{id}");
    let kotlin = r#"// okta
val r = Request.Builder().url("$base/api/v1/users/${user.id}/factors").get().build()
client.post("$base/api/v1/users") { setBody(user) }
"#;
    insta::assert_snapshot!(notes("kt", kotlin), @r"
    2 GET /api/v1/users/{id}/factors
    3 POST /api/v1/users
    ");
    let powershell = r#"# okta
Invoke-RestMethod -Method Post -Uri "$base/api/v1/users/$id/lifecycle/suspend"
"#;
    insta::assert_snapshot!(notes("psm1", powershell), @"2 POST /api/v1/users/{id}/lifecycle/suspend");
}

#[test]
fn terraform_is_read_as_resources() {
    let source = r#"
resource "okta_group" "staff" { # okta_user
  name = "Staff"
}
data "okta_user" "kim" {}
resource "okta_teapot" "x" {}
"#;
    insta::assert_snapshot!(notes("tf", source), @r#"
    2 ["management:getGroup"] [("groupId", "{groupId}")] | read okta_group (inferred from names)
    2 ["management:addGroup"] [] | create okta_group (inferred from names)
    2 ["management:replaceGroup"] [("groupId", "{groupId}")] | update okta_group (inferred from names)
    2 ["management:deleteGroup"] [("groupId", "{groupId}")] | delete okta_group (inferred from names)
    5 ["management:listUsers"] [] | read okta_user (inferred from names)
    5 ["management:getUser"] [("id", "{id}")] | read okta_user (inferred from names)
    6 fault: okta_teapot: what such resources call is not known, 1 of them
    "#);
}

#[test]
fn what_speaks_of_neither_product_is_passed_over() {
    insta::assert_snapshot!(notes("js", "fetch('/api/v1/users'); db.createUser(u);"), @"1 passed over: GET /api/v1/users: nothing here speaks of Okta or Auth0");
    insta::assert_snapshot!(notes("js", "fetch('https://api.example.com/api/v1/users')"), @"1 passed over: GET https://api.example.com/api/v1/users: nothing here speaks of Okta or Auth0");
    insta::assert_snapshot!(notes("js", "fetch('https://acme.okta.com/api/v1/users')"), @"1 GET https://acme.okta.com/api/v1/users");
}

#[test]
fn a_base_that_is_elsewhere_is_said() {
    let source = "// okta\nclass Users { list() { return this.http.get('/users'); } }";
    insta::assert_snapshot!(notes("ts", source), @"2 passed over: GET /users: what stands before the path is not said here");
    let source = "const okta = create({ baseURL: 'https://acme.okta.com/api/v1' });\nokta.get('/users');\nokta.get('/health');";
    insta::assert_snapshot!(notes("ts", source), @"2 GET https://acme.okta.com/api/v1/users");
}

#[test]
fn secrets_in_queries_are_not_shown() {
    let source = "fetch('https://acme.okta.com/api/v1/users?token=abcdef&limit=5')";
    insta::assert_snapshot!(notes("js", source), @"1 GET https://acme.okta.com/api/v1/users?token=…&limit=5");
}

#[test]
fn what_is_too_large_or_no_text_is_said() {
    insta::assert_snapshot!(show(|taker| read(None, b"\xff\xfe", 7, Base::builtin(), taker)), @"7 fault: is no UTF-8 text");
    let large = vec![b' '; (4 << 20) + 1];
    insta::assert_snapshot!(show(|taker| read(None, &large, 1, Base::builtin(), taker)), @"1 fault: a program of more than 4 MiB is not read");
}

#[test]
fn long_chains_and_many_names_take_no_time() {
    let chain = format!("okta = client{}", ".a()[0]".repeat(10_000));
    assert_eq!(notes("js", &chain), "");
    let nested = format!("// okta\n{}'/x'{}", "get(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(notes("js", &nested), "");
    let name = |n: usize| format!("a{n} = '/api/v1'; get('/x{n}');\n");
    let names = (0..2_000).map(name).collect::<Vec<_>>().concat();
    assert_eq!(notes("js", &format!("// okta\n{names}")), "");
}

proptest::proptest! {
    #[test]
    fn no_program_ends_the_reading(
        source in "(okta|fetch|get|client|url|new|BASE|'/api/v1/users/'|\"/api/v1\"|`\\$\\{a\\}/api/v1/x`|[=:+.,(){}\\[\\]<>?!&%$#@'\"`/\\\\ \n-]){0,60}"
    ) {
        for ending in ["js", "py", "go", "php", "rb", "cs", "tf"] {
            notes(ending, &source);
        }
    }

    #[test]
    fn no_bytes_end_the_reading(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        show(|taker| read(None, &bytes, 1, Base::builtin(), taker));
    }
}
