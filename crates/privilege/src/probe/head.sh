#!/usr/bin/env bash
# Tries out which permissions and roles operations of the Okta API ask for.
# Written by `keyward privilege probe`. Read it before you run it, as a super admin, in a test organization.
#
#   export OKTA_ORG_URL=https://acme.okta.com     the organization
#   export OKTA_API_TOKEN=...                     a super admin's API token; never printed, never an argument
#   export PROBE_ID_USER=... PROBE_ID_GROUP=...   ids of objects to call; those without are left out
#   export PROBE_THROW_AWAY=yes                   only if these objects are throw-away: then writes are tried as well
#   export PROBE_WAIT=15                          seconds for a role to take effect
#   bash probe.sh results.jsonl
#   keyward privilege probe --results results.jsonl
#
# It makes an app, custom roles and a resource set named "keyward-probe-...", calls each operation with each
# set of grants, and deletes what it made when it ends, however it ends.
set -euo pipefail
umask 077

die() {
  printf 'probe: %s\n' "$1" >&2
  exit 1
}

for tool in curl jq openssl; do
  command -v "$tool" >/dev/null || die "$tool is needed"
done
[[ -n ${OKTA_ORG_URL-} ]] || die 'OKTA_ORG_URL is not set'
[[ -n ${OKTA_API_TOKEN-} ]] || die 'OKTA_API_TOKEN is not set'
org=${OKTA_ORG_URL%/}
[[ $org =~ ^https://[A-Za-z0-9.-]+$ ]] || die 'OKTA_ORG_URL must be https:// and a host'
[[ $OKTA_API_TOKEN =~ ^[A-Za-z0-9_-]+$ ]] || die 'OKTA_API_TOKEN has characters that no token has'
results=${1:-keyward-probe-results.jsonl}
wait_s=${PROBE_WAIT:-15}
[[ $wait_s =~ ^[0-9]+$ ]] || die 'PROBE_WAIT must be seconds'
name="keyward-probe-$(openssl rand -hex 4)"
work=$(mktemp -d)
app_id='' client_id='' set_id='' role_id='' assignment_id='' token=''

# request TOKEN-SCHEME TOKEN METHOD URL [BODY]: status on standard output, the answer in $work/answer.
# Token and body reach curl through a pipe and a file, so that no list of processes shows them.
request() {
  local scheme=$1 secret=$2 method=$3 url=$4 body=${5-}
  local options=(--silent --show-error --max-time 60 --globoff --request "$method" --header 'Accept: application/json'
    --output "$work/answer" --dump-header "$work/headers" --write-out '%{http_code}' --config -)
  if [[ -n $body ]]; then
    printf '%s' "$body" >"$work/body"
    options+=(--header 'Content-Type: application/json' --data-binary "@$work/body")
  fi
  : >"$work/answer"
  printf 'header = "Authorization: %s %s"\n' "$scheme" "$secret" | curl "${options[@]}" "$url" || printf '000'
}

# admin METHOD PATH [BODY]: the answer; ends the script if it is no success.
admin() {
  local status
  status=$(request SSWS "$OKTA_API_TOKEN" "$1" "$org$2" "${3-}")
  if [[ $status != 2* ]]; then
    die "$1 $2 answered $status $(error_code)"
  fi
  cat "$work/answer"
}

error_code() {
  local code
  code=$(jq -r 'if type == "object" then (.errorCode // .error // "") else "" end' "$work/answer" 2>/dev/null || true)
  if [[ -z $code ]] && grep -qi '^www-authenticate:.*insufficient_scope' "$work/headers" 2>/dev/null; then
    code=insufficient_scope
  fi
  [[ $code =~ ^[A-Za-z0-9_]*$ ]] || code=unreadable
  printf '%s' "$code"
}

clean_up() {
  trap - EXIT
  set +e
  take_role
  if [[ -n $set_id ]]; then
    request SSWS "$OKTA_API_TOKEN" DELETE "$org/api/v1/iam/resource-sets/$set_id" >/dev/null
  fi
  if [[ -n $app_id ]]; then
    request SSWS "$OKTA_API_TOKEN" POST "$org/api/v1/apps/$app_id/lifecycle/deactivate" >/dev/null
    local status
    status=$(request SSWS "$OKTA_API_TOKEN" DELETE "$org/api/v1/apps/$app_id")
    [[ $status == 2* ]] || printf 'probe: delete the app %s by hand (%s)\n' "$name" "$status" >&2
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

base64url() {
  openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# fetch_token: a token of the app with all scopes that are tried.
fetch_token() {
  local now header claims signed body status
  now=$(date +%s)
  header=$(printf '{"alg":"RS256","kid":"%s"}' "$name" | base64url)
  claims=$(jq -nc --arg id "$client_id" --arg aud "$org/oauth2/v1/token" --argjson now "$now" \
    --arg jti "$(openssl rand -hex 16)" \
    '{iss: $id, sub: $id, aud: $aud, iat: $now, exp: ($now + 300), jti: $jti}' | tr -d '\n' | base64url)
  signed=$(printf '%s.%s' "$header" "$claims" | openssl dgst -sha256 -sign "$work/key.pem" | base64url)
  body="grant_type=client_credentials&scope=${scopes// /%20}"
  body+="&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
  body+="&client_assertion=$header.$claims.$signed"
  : >"$work/answer"
  status=$(printf '%s' "$body" | curl --silent --show-error --max-time 60 --output "$work/answer" --dump-header "$work/headers" \
    --write-out '%{http_code}' --header 'Accept: application/json' --data-binary @- "$org/oauth2/v1/token" || printf '000')
  [[ $status == 200 ]] || die "the token endpoint answered $status $(error_code)"
  token=$(jq -r .access_token "$work/answer")
  : >"$work/answer"
}

# give_permissions PERMISSION...: a custom role of these, bound to the resource set.
give_permissions() {
  local body
  permissions=$(jq -nc '$ARGS.positional' --args "$@")
  roles='[]'
  body=$(jq -nc --arg title "$name" --argjson permissions "$permissions" \
    '{"label": $title, description: "made by keyward privilege probe", permissions: $permissions}')
  admin POST /api/v1/iam/roles "$body" >"$work/role"
  role_id=$(jq -r .id "$work/role")
  body=$(jq -nc --arg role "$role_id" --arg set "$set_id" '{type: "CUSTOM", role: $role, "resource-set": $set}')
  admin POST "/oauth2/v1/clients/$client_id/roles" "$body" >"$work/role"
  settle
}

# give_role ROLE: a standard role.
give_role() {
  permissions='[]'
  roles=$(jq -nc '$ARGS.positional' --args "$1")
  admin POST "/oauth2/v1/clients/$client_id/roles" "$(jq -nc --arg type "$1" '{type: $type}')" >"$work/role"
  settle
}

give_nothing() {
  permissions='[]' roles='[]'
  fetch_token
}

settle() {
  assignment_id=$(jq -r .id "$work/role")
  sleep "$wait_s"
  fetch_token
}

take_role() {
  if [[ -n $assignment_id ]]; then
    request SSWS "$OKTA_API_TOKEN" DELETE "$org/oauth2/v1/clients/$client_id/roles/$assignment_id" >/dev/null
    assignment_id=''
  fi
  if [[ -n $role_id ]]; then
    local status
    status=$(request SSWS "$OKTA_API_TOKEN" DELETE "$org/api/v1/iam/roles/$role_id")
    [[ $status == 2* ]] || printf 'probe: delete the role %s by hand (%s)\n' "$role_id" "$status" >&2
    role_id=''
  fi
}

# has VARIABLE...: whether these hold ids.
has() {
  local variable
  for variable in "$@"; do
    if [[ -z ${!variable-} ]]; then
      return 1
    fi
    [[ ${!variable} =~ ^[A-Za-z0-9._~-]+$ ]] || die "$variable must be an id"
  done
}

# may_write: whether the objects are throw-away.
may_write() {
  [[ ${PROBE_THROW_AWAY-} == yes ]]
}

skip() {
  printf '  skipped            %s: %s\n' "$1" "$2" >&2
}

# try OPERATION METHOD PATH BODY EXPECTED: one call as the app, one line of results.
try() {
  local operation=$1 method=$2 path=$3 body=$4 expected=$5 status error items
  status=$(request Bearer "$token" "$method" "$org$path" "$body")
  [[ $status =~ ^[0-9]{3}$ && $status != 000 ]] || { skip "$operation" 'no answer'; return 0; }
  error=$(error_code)
  items=$(jq -c 'if type == "array" then length else null end' "$work/answer" 2>/dev/null || true)
  jq -nc --arg org "${org#https://}" --arg date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg operation "$operation" \
    --arg scopes "$scopes" --argjson permissions "$permissions" --argjson roles "$roles" \
    --argjson status "$status" --arg error "$error" --argjson items "${items:-null}" \
    '{org: $org, date: $date, operation: $operation, scopes: ($scopes | split(" ")), permissions: $permissions,
      roles: $roles, status: $status, error: $error, items: $items}' >>"$results"
  printf '  %s %-14s %s (expected %s)\n' "$status" "$error" "$operation" "$expected" >&2
  : >"$work/answer"
}

# begin SCOPE...: the app with its key and scopes, and what the roles reach.
begin() {
  local setting modulus jwks body scope
  scopes="$*"
  setting=$(admin GET /api/v1/org/settings/clientPrivilegesSetting)
  [[ $(jq -r .clientPrivilegesSetting <<<"$setting") == false ]] ||
    die '"Public client app admins" is on: every app is a super admin, and nothing can be learned'
  : >>"$results"
  openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/key.pem" 2>/dev/null ||
    openssl genrsa -out "$work/key.pem" 2048 2>/dev/null
  modulus=$(openssl rsa -in "$work/key.pem" -noout -modulus | sed 's/^Modulus=//; s/../\\x&/g')
  modulus=$(printf '%b' "$modulus" | base64url)
  jwks=$(jq -nc --arg kid "$name" --arg n "$modulus" '{keys: [{kty: "RSA", use: "sig", kid: $kid, e: "AQAB", n: $n}]}')
  body=$(jq -nc --arg title "$name" --argjson jwks "$jwks" \
    '{name: "oidc_client", "label": $title, signOnMode: "OPENID_CONNECT",
      credentials: {oauthClient: {token_endpoint_auth_method: "private_key_jwt"}},
      settings: {oauthClient: {application_type: "service", grant_types: ["client_credentials"],
        response_types: ["token"], dpop_bound_access_tokens: false, jwks: $jwks}}}')
  admin POST /api/v1/apps "$body" >"$work/app"
  app_id=$(jq -r .id "$work/app")
  client_id=$(jq -r .credentials.oauthClient.client_id "$work/app")
  for scope in "$@"; do
    admin POST "/api/v1/apps/$app_id/grants" \
      "$(jq -nc --arg scope "$scope" --arg issuer "$org" '{scopeId: $scope, issuer: $issuer}')" >/dev/null
  done
  body=$(jq -nc --arg title "$name" --arg org "$org" \
    '{"label": $title, description: "made by keyward privilege probe",
      resources: [$org + "/api/v1/users", $org + "/api/v1/groups", $org + "/api/v1/apps"]}')
  admin POST /api/v1/iam/resource-sets "$body" >"$work/set"
  set_id=$(jq -r .id "$work/set")
}
