/** Made-up secrets of each kind, put together here so that no file holds one. */
import { createHash } from 'node:crypto';

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const WORD = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** Looks random, and is the same each time. */
export function made(length: number, alphabet = WORD, seed = 'made up'): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const bytes = createHash('sha256').update(`${seed} ${alphabet} ${length} ${block}`).digest();
    for (const byte of bytes) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

const hex = (length: number) => made(length, HEX);
const uuid = () => [8, 4, 4, 4, 12].map((length, i) => made(length, HEX, `${i}`)).join('-');
const base64 = (length: number) => made(length, `${WORD}+/`);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const token = (payload: object) => [part({ alg: 'HS256', typ: 'JWT' }), part(payload), made(43)].join('.');
const lines = (count: number) => Array.from({ length: count }, (_, i) => made(64, `${WORD}+/`, `line ${i}`)).join('\n');
export const pem = (name: string, head = '') =>
  [`-----BEGIN ${name}-----`, `${head}MI${lines(6).slice(2)}`, `-----END ${name}-----`].join('\n');
const isoBot = Buffer.from('1049273651209837465').toString('base64url');

/** A text of each kind, with the value in it that must not be seen. */
export const MADE_UP: readonly (readonly [kind: string, value: string, around?: (value: string) => string])[] = [
  ['AWS_ACCESS_KEY_ID', `AKIA${made(16, UPPER)}`],
  ['AWS_SECRET_ACCESS_KEY', base64(40), (v) => `aws_secret_access_key = ${v}`],
  ['AWS_SESSION_TOKEN', base64(300), (v) => `AWS_SESSION_TOKEN=${v}`],
  ['AWS_BEDROCK_KEY', `ABSK${base64(120)}`],
  ['GCP_API_KEY', `AIza${made(35)}`],
  ['GCP_OAUTH_TOKEN', `ya29.${made(60)}`],
  ['GCP_CLIENT_SECRET', `GOCSPX-${made(28)}`],
  ['AZURE_STORAGE_KEY', `${base64(86)}==`, (v) => `DefaultEndpointsProtocol=https;AccountName=a1;AccountKey=${v}`],
  ['AZURE_SHARED_ACCESS_KEY', `${base64(43)}=`, (v) => `Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=${v}`],
  ['AZURE_SAS_SIGNATURE', `${made(43)}%3D`, (v) => `https://a.blob.core.windows.net/c?sv=2024-11-04&sig=${v}`],
  ['AZURE_CLIENT_SECRET', `${made(3)}8Q~${made(34)}`],
  ['AZURE_DEVOPS_TOKEN', `${made(76)}AZDO${made(4)}`],
  ['DIGITALOCEAN_TOKEN', `dop_v1_${hex(64)}`],
  ['ALIBABA_ACCESS_KEY_ID', `LTAI${made(20)}`],
  ['TENCENT_SECRET_ID', `AKID${made(32)}`],
  ['IBM_CLOUD_API_KEY', made(44), (v) => `IBMCLOUD_API_KEY=${v}`],
  ['ORACLE_PASS_PHRASE', made(18), (v) => `[DEFAULT]\npass_phrase=${v}`],
  ['ORACLE_AUTH_TOKEN', made(20), (v) => `oci_auth_token = "${v}"`],
  ['CLOUDFLARE_ORIGIN_KEY', `v1.0-${hex(24)}-${hex(146)}`],
  ['CLOUDFLARE_TOKEN', made(40), (v) => `CLOUDFLARE_API_TOKEN=${v}`],
  ['HETZNER_TOKEN', made(64), (v) => `HCLOUD_TOKEN=${v}`],
  ['LINODE_TOKEN', hex(64), (v) => `LINODE_TOKEN=${v}`],
  ['SCALEWAY_SECRET_KEY', uuid(), (v) => `SCW_SECRET_KEY=${v}`],
  ['FLY_TOKEN', `fm2_${base64(120)}`],
  ['YANDEX_API_KEY', `AQVN${made(36)}`],
  ['HEROKU_API_KEY', `HRKU-${made(60)}`],
  ['HEROKU_API_KEY', uuid(), (v) => `HEROKU_API_KEY=${v}`],
  ['NETLIFY_TOKEN', `nfp_${made(36)}`],
  ['SUPABASE_TOKEN', `sbp_${hex(40)}`],
  ['PLANETSCALE_TOKEN', `pscale_tkn_${made(43)}`],
  ['PULUMI_TOKEN', `pul-${hex(40)}`],
  ['TERRAFORM_CLOUD_TOKEN', `${made(14)}.atlasv1.${made(67)}`],
  ['VAULT_TOKEN', `hvs.${made(95)}`],
  ['VAULT_TOKEN', `s.${made(24)}`, (v) => `VAULT_TOKEN=${v}`],
  ['DOPPLER_TOKEN', `dp.pt.${made(43)}`],
  ['DYNATRACE_TOKEN', `dt0c01.${made(24, UPPER)}.${made(64, UPPER)}`],
  ['PYPI_TOKEN', `pypi-AgEIcHlwaS5vcmc${made(80)}`],
  ['RUBYGEMS_KEY', `rubygems_${hex(48)}`],
  ['NUGET_KEY', `oy2${made(43, LOWER)}`],
  ['CRATES_TOKEN', `cio${made(32)}`],
  ['DOCKER_TOKEN', `dckr_pat_${made(27)}`],
  ['GITLAB_TOKEN', `gldt-${made(20)}`],
  ['ARTIFACTORY_KEY', `AKCp${made(69)}`],
  ['ARTIFACTORY_TOKEN', `cmVmdGtuOj${made(54)}`],
  ['PACKAGIST_TOKEN', `packagist_out_${hex(68)}`],
  ['CLOJARS_TOKEN', `CLOJARS_${made(60, LOWER)}`],
  ['SLACK_TOKEN', `xoxb-${made(12, '0123456789')}-${made(24)}`],
  [
    'SLACK_WEBHOOK',
    `T${made(8, UPPER)}/B${made(8, UPPER)}/${made(24)}`,
    (v) => `https://hooks.slack.com/services/${v}`,
  ],
  ['DISCORD_BOT_TOKEN', `${isoBot}.${made(6)}.${made(38)}`],
  ['DISCORD_WEBHOOK', made(68), (v) => `https://discord.com/api/webhooks/104927365120983746/${v}`],
  ['TELEGRAM_BOT_TOKEN', `1049273651:AA${made(33)}`],
  [
    'TEAMS_WEBHOOK',
    `${uuid()}@${uuid()}/IncomingWebhook/${hex(32)}`,
    (v) => `https://a.webhook.office.com/webhookb2/${v}`,
  ],
  ['TWILIO_KEY', `SK${hex(32)}`],
  ['TWILIO_AUTH_TOKEN', hex(32), (v) => `TWILIO_AUTH_TOKEN=${v}`],
  ['SENDGRID_KEY', `SG.${made(22)}.${made(43)}`],
  ['MAILGUN_KEY', `key-${hex(32)}`],
  ['MAILGUN_KEY', `${hex(32)}-${hex(8)}-${made(8, HEX, 'b')}`, (v) => `MAILGUN_API_KEY=${v}`],
  ['MAILCHIMP_KEY', `${hex(32)}-us14`],
  ['POSTMARK_TOKEN', uuid(), (v) => `X-Postmark-Server-Token: ${v}`],
  ['BREVO_KEY', `xkeysib-${hex(64)}-${made(16)}`],
  ['RESEND_KEY', `re_${made(8)}_${made(24)}`],
  ['STRIPE_SECRET_KEY_LIVE', `sk_live_${made(40)}`],
  ['STRIPE_WEBHOOK_SECRET', `whsec_${made(36)}`],
  ['SQUARE_TOKEN', `sq0atp-${made(22)}`],
  ['BRAINTREE_TOKEN', `access_token$production$${made(16, LOWER)}$${hex(32)}`],
  ['PAYPAL_SECRET', made(80), (v) => `PAYPAL_CLIENT_SECRET=${v}`],
  ['SHOPIFY_KEY', `shpat_${hex(32)}`],
  ['OPENAI_KEY', `sk-proj-${made(120)}`],
  ['ANTHROPIC_KEY', `sk-ant-api03-${made(93)}AA`],
  ['HUGGINGFACE_TOKEN', `hf_${made(34)}`],
  ['REPLICATE_TOKEN', `r8_${made(37)}`],
  ['PERPLEXITY_KEY', `pplx-${made(48)}`],
  ['XAI_KEY', `xai-${made(80)}`],
  ['LANGSMITH_KEY', `lsv2_pt_${hex(32)}_${hex(10)}`],
  ['LINEAR_TOKEN', `lin_api_${made(40)}`],
  ['NOTION_TOKEN', `secret_${made(43)}`],
  ['SENTRY_TOKEN', `sntrys_${made(120)}`],
  ['DATADOG_KEY', hex(32), (v) => `DD_API_KEY=${v}`],
  ['NEW_RELIC_KEY', `NRAK-${made(27, UPPER)}`],
  ['NEW_RELIC_LICENSE', `${hex(36)}NRAL`],
  ['DATABRICKS_PERSONAL_ACCESS_TOKEN', `dapi${hex(32)}`],
  ['ATLASSIAN_TOKEN', `ATATT3${made(186)}`],
  ['BITBUCKET_TOKEN', `ATBB${made(32)}`],
  ['AIRTABLE_TOKEN', `pat${made(14)}.${hex(64)}`],
  ['POSTMAN_KEY', `PMAK-${hex(24)}-${hex(34)}`],
  ['SONAR_TOKEN', `sqp_${hex(40)}`],
  ['CIRCLECI_TOKEN', `CCIPAT_${made(22)}_${hex(40)}`],
  ['BUILDKITE_TOKEN', `bkua_${hex(40)}`],
  ['GRAFANA_KEY', `eyJrIjoi${made(80)}`],
  ['DROPBOX_TOKEN', `sl.${made(140)}`],
  ['FIREBASE_KEY', `AAAA${made(7)}:${made(140)}`],
  ['GITHUB_TOKEN', `ghp_${made(36)}`],
  ['GITHUB_TOKEN', `github_pat_${made(82)}`],
  ['NPM_ACCESS_TOKEN', `npm_${made(36)}`],
  ['VERCEL_PERSONAL_ACCESS_TOKEN', `vcp_${made(40)}`],
  ['TAILSCALE_AUTH_KEY', `tskey-auth-${made(12)}-${made(32)}`],
  ['PRIVATE_KEY', pem('PRIVATE KEY')],
  ['PRIVATE_KEY', pem('OPENSSH PRIVATE KEY')],
  ['PRIVATE_KEY', pem('ENCRYPTED PRIVATE KEY')],
  ['PRIVATE_KEY', pem('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${made(32, HEX)}\n\n`)],
  ['PRIVATE_KEY', pem('PGP PRIVATE KEY BLOCK', 'Version: 1\n\n')],
  ['PRIVATE_KEY', pem('PRIVATE KEY').replaceAll('\n', '\\n'), (v) => `{"type":"service_account","private_key":"${v}"}`],
  [
    'PUTTY_KEY',
    lines(4),
    (v) =>
      `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 4\n${v}\nPrivate-MAC: 1`,
  ],
  ['AGE_KEY', `AGE-SECRET-KEY-1${made(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`],
  ['JSON_WEB_TOKEN', token({ sub: 'a', exp: 4_000_000_000 })],
  ['JSON_WEB_TOKEN', token({ role: 'service_role' })],
  ['URL_PASSWORD', made(14), (v) => `postgres://app:${v}@db.prod.acme.io:5432/app`],
  ['URL_PASSWORD', `${made(10)}!%24`, (v) => `amqps://app:${v}@rabbit.acme.io/vhost`],
  ['URL_PASSWORD', made(16), (v) => `mongodb+srv://app:${v}@cluster0.acme.mongodb.net/?w=1`],
  ['URL_PASSWORD', made(16), (v) => `redis://:${v}@cache.acme.io:6379`],
  ['NETRC_PASSWORD', made(14), (v) => `machine git.acme.io login ci password ${v}`],
  ['PGPASS_PASSWORD', made(14), (v) => `db.acme.io:5432:app:owner:${v}`],
  ['KUBECONFIG_KEY', base64(400), (v) => `users:\n- user:\n    client-key-data: ${v}`],
  ['KUBECONFIG_TOKEN', made(40), (v) => `current-context: a\nusers:\n- user:\n    token: ${v}`],
  [
    'DOCKER_AUTH',
    Buffer.from(`robot:${made(20)}`).toString('base64'),
    (v) => `{"auths":{"r.acme.io":{"auth":"${v}"}}}`,
  ],
  ['DOCKER_IDENTITY_TOKEN', made(60), (v) => `{"auths":{"r.acme.io":{"identitytoken":"${v}"}}}`],
  ['NPM_AUTH', made(40), (v) => `//npm.acme.io/:_authToken=${v}`],
  ['TERRAFORM_SENSITIVE_OUTPUT', made(14), (v) => `"outputs":{"db":{"value":"${v}","type":"string","sensitive":true}}`],
  [
    'TERRAFORM_SENSITIVE_OUTPUT',
    made(14),
    (v) => `{"db": {\n "sensitive": true,\n "type": "string",\n "value": "${v}"\n}}`,
  ],
  ['AUTHORIZATION_HEADER', made(40), (v) => `Authorization: Bearer ${v}`],
  ['RAILS_MASTER_KEY', hex(32), (v) => `RAILS_MASTER_KEY=${v}`],
  ['RAILS_MASTER_KEY', hex(128), (v) => `production:\n  secret_key_base: ${v}`],
  ['FRAMEWORK_SECRET_KEY', `django-insecure-${made(45)}!(x`, (v) => `SECRET_KEY = '${v}'`],
  ['FRAMEWORK_SECRET_KEY', made(32), (v) => `app.secret_key = b"${v}"`],
  ['LARAVEL_APP_KEY', `base64:${base64(43)}=`, (v) => `APP_KEY=${v}`],
  ['SYMFONY_APP_SECRET', hex(32), (v) => `APP_SECRET=${v}`],
  ['SECRET_SETTING', made(40), (v) => `JWT_SECRET=${v}`],
  ['SECRET_SETTING', made(24), (v) => `const apiKey = '${v}';`],
];
