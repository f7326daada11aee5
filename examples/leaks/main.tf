# Made up for this example, as everything in this folder.
provider "okta" {
  org_name  = "acme"
  base_url  = "okta.com"
  api_token = "00R-DtrGmC2mqnXUEvX3NdjCRQMAAfPT8Pj82QPeMk"
}
