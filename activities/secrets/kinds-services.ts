/** Tokens of registries, chat, mail, payment and other services of daily use. A table, as kinds-clouds.ts. */

import { isRandom } from './placeholders.ts';
import type { Kind } from './secret-kind.ts';

const UUID = '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}';

/** A value that only its name gives away: `NAME = "value"`, `name: value`. */
const named = (name: string, value: string): RegExp =>
  new RegExp(`(?:${name})["']?\\s{0,4}(?:=>|[:=])\\s{0,4}["']?(?<value>${value})(?![A-Za-z0-9_-])`, 'dgi');

const REGISTRIES: readonly Kind[] = [
  { kind: 'PYPI_TOKEN', near: ['pypi-ag'], pattern: /\bpypi-AgE[A-Za-z0-9_-]{60,250}/dg },
  { kind: 'RUBYGEMS_KEY', near: ['rubygems_'], pattern: /\brubygems_[a-f0-9]{48}\b/dg },
  { kind: 'NUGET_KEY', near: ['oy2'], pattern: /\boy2[a-z0-9]{43}\b/dg },
  { kind: 'CRATES_TOKEN', near: ['cio'], pattern: /\bcio[A-Za-z0-9]{32}\b/dg, accepts: isRandom },
  { kind: 'DOCKER_TOKEN', near: ['dckr_'], pattern: /\bdckr_[op]at_[A-Za-z0-9_-]{27,32}(?![A-Za-z0-9_-])/dg },
  {
    kind: 'GITLAB_TOKEN',
    near: ['gl'],
    pattern: /\bgl(?:dt|ft|ptt|rt|rtr|soat|cbt|imt|agent|oas|ffct|pat)-[A-Za-z0-9_.-]{20,300}/dg,
  },
  { kind: 'ARTIFACTORY_KEY', near: ['akcp'], pattern: /\bAKCp[A-Za-z0-9]{69}\b/dg },
  { kind: 'ARTIFACTORY_TOKEN', near: ['cmvmdgtuoj'], pattern: /\bcmVmdGtuOj[A-Za-z0-9]{54}\b/dg },
  { kind: 'PACKAGIST_TOKEN', near: ['packagist_'], pattern: /\bpackagist_[ou][ru][tgs]_[a-f0-9]{68}\b/dg },
  { kind: 'CLOJARS_TOKEN', near: ['clojars_'], pattern: /\bCLOJARS_[a-z0-9]{60}\b/dgi },
];

const MESSAGES: readonly Kind[] = [
  { kind: 'SLACK_TOKEN', near: ['xox'], pattern: /\bxox[a-z]-(?:\d-)?[A-Za-z0-9%-]{20,300}/dg },
  {
    kind: 'SLACK_WEBHOOK',
    near: ['hooks.slack.com'],
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{30,100}/dg,
  },
  {
    kind: 'DISCORD_BOT_TOKEN',
    near: ['.'],
    pattern: /\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_.-])/dg,
    // The first part is the bot's number.
    accepts: (value) => /^\d{15,20}$/.test(Buffer.from(value.split('.', 1)[0] ?? '', 'base64url').toString('latin1')),
  },
  {
    kind: 'DISCORD_WEBHOOK',
    near: ['discord'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/(?<value>[A-Za-z0-9_-]{60,80})/dg,
  },
  {
    kind: 'TELEGRAM_BOT_TOKEN',
    near: [':aa'],
    pattern: /(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{32,33}(?![A-Za-z0-9_-])/dg,
  },
  {
    kind: 'TEAMS_WEBHOOK',
    near: ['webhook.office.com'],
    pattern: /webhook\.office\.com\/webhookb2\/(?<value>[a-f0-9@/A-Za-z-]{60,250})/dg,
  },
  { kind: 'TWILIO_KEY', near: ['sk'], pattern: /\bSK[0-9a-f]{32}\b/dg },
  {
    kind: 'TWILIO_AUTH_TOKEN',
    near: ['twilio'],
    pattern: named('twilio[\\w-]{0,20}(?:token|secret)', '[0-9a-f]{32}'),
  },
  { kind: 'SENDGRID_KEY', near: ['sg.'], pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/dg },
  { kind: 'MAILGUN_KEY', near: ['key-'], pattern: /\bkey-[0-9a-f]{32}\b/dg },
  {
    kind: 'MAILGUN_KEY',
    near: ['mailgun'],
    pattern: named('mailgun[\\w-]{0,20}key', '[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}'),
  },
  { kind: 'MAILCHIMP_KEY', near: ['-us'], pattern: /\b[0-9a-f]{32}-us\d{1,2}\b/dg },
  { kind: 'POSTMARK_TOKEN', near: ['postmark'], pattern: named('postmark[\\w-]{0,20}(?:token|key)', UUID) },
  {
    kind: 'BREVO_KEY',
    near: ['xkeysib-', 'xsmtpsib-'],
    pattern: /\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b/dg,
  },
  { kind: 'RESEND_KEY', near: ['re_'], pattern: /\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b/dg, accepts: isRandom },
];

const MONEY: readonly Kind[] = [
  { kind: 'STRIPE_WEBHOOK_SECRET', near: ['whsec_'], pattern: /\bwhsec_[A-Za-z0-9+/=]{32,100}/dg },
  {
    kind: 'SQUARE_TOKEN',
    near: ['sq0', 'eaaa'],
    pattern: /\b(?:sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_-]{60})(?![A-Za-z0-9_-])/dg,
  },
  {
    kind: 'BRAINTREE_TOKEN',
    near: ['access_token$'],
    pattern: /\baccess_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}\b/dg,
  },
  { kind: 'PAYPAL_SECRET', near: ['paypal'], pattern: named('paypal[\\w-]{0,20}secret', '[A-Za-z0-9_-]{60,90}') },
];

const MODELS: readonly Kind[] = [
  {
    kind: 'OPENAI_KEY',
    near: ['sk-'],
    pattern: /\bsk-(?:(?:proj|svcacct|admin|None|or-v1|lf)-[A-Za-z0-9_-]{36,200}|[A-Za-z0-9]{48}\b)/dg,
  },
  { kind: 'ANTHROPIC_KEY', near: ['sk-ant-'], pattern: /\bsk-ant-[a-z]{2,6}\d\d-[A-Za-z0-9_-]{60,140}/dg },
  { kind: 'HUGGINGFACE_TOKEN', near: ['hf_', 'api_org_'], pattern: /\b(?:hf|api_org)_[A-Za-z0-9]{34,40}\b/dg },
  { kind: 'REPLICATE_TOKEN', near: ['r8_'], pattern: /\br8_[A-Za-z0-9]{37}\b/dg },
  { kind: 'PERPLEXITY_KEY', near: ['pplx-'], pattern: /\bpplx-[A-Za-z0-9]{48}\b/dg },
  { kind: 'XAI_KEY', near: ['xai-'], pattern: /\bxai-[A-Za-z0-9]{80}\b/dg },
  { kind: 'LANGSMITH_KEY', near: ['lsv2_'], pattern: /\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b/dg },
];

const TOOLS: readonly Kind[] = [
  { kind: 'LINEAR_TOKEN', near: ['lin_'], pattern: /\blin_(?:api|oauth|wh)_[A-Za-z0-9_]{32,128}\b/dg },
  { kind: 'NOTION_TOKEN', near: ['secret_'], pattern: /\bsecret_[A-Za-z0-9]{43}\b/dg, accepts: isRandom },
  { kind: 'SENTRY_TOKEN', near: ['sntry'], pattern: /\bsntry[su]_[A-Za-z0-9+/=_-]{60,400}/dg },
  {
    kind: 'DATADOG_KEY',
    near: ['dd_', 'datadog'],
    pattern: named('(?:\\bdd|datadog)[_-]?(?:api|app|application)[_-]?key', '(?:[a-f0-9]{32}|[a-f0-9]{40})'),
  },
  {
    kind: 'NEW_RELIC_KEY',
    near: ['nrak-', 'nrii-', 'nraa-', 'nrra-'],
    pattern: /\bNR(?:AK|II|AA|RA)-[A-Za-z0-9_-]{27,42}/dg,
  },
  { kind: 'NEW_RELIC_LICENSE', near: ['nral'], pattern: /\b[a-f0-9]{36}NRAL\b/dg },
  { kind: 'ATLASSIAN_TOKEN', near: ['atatt3'], pattern: /\bATATT3[A-Za-z0-9_=-]{100,250}/dg },
  { kind: 'BITBUCKET_TOKEN', near: ['atbb'], pattern: /\bATBB[A-Za-z0-9]{24,32}\b/dg, accepts: isRandom },
  { kind: 'AIRTABLE_TOKEN', near: ['pat'], pattern: /\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b/dg },
  { kind: 'POSTMAN_KEY', near: ['pmak-'], pattern: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/dg },
  { kind: 'SONAR_TOKEN', near: ['sqp_', 'squ_', 'sqa_'], pattern: /\bsq[pua]_[a-f0-9]{40}\b/dg },
  { kind: 'CIRCLECI_TOKEN', near: ['ccipat_', 'ccipr_'], pattern: /\bCCIP(?:AT|RJ?)_[A-Za-z0-9]{22}_[a-f0-9]{40}\b/dg },
  { kind: 'BUILDKITE_TOKEN', near: ['bkua_'], pattern: /\bbkua_[a-f0-9]{40}\b/dg },
  { kind: 'GRAFANA_KEY', near: ['eyjrijoi'], pattern: /\beyJrIjoi[A-Za-z0-9]{60,400}={0,2}/dg },
  { kind: 'DROPBOX_TOKEN', near: ['sl.'], pattern: /\bsl\.[A-Za-z0-9_-]{130,200}(?![A-Za-z0-9_-])/dg },
  { kind: 'FIREBASE_KEY', near: ['aaaa'], pattern: /\bAAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{140}(?![A-Za-z0-9_-])/dg },
];

export const SERVICE_KINDS: readonly Kind[] = [...REGISTRIES, ...MESSAGES, ...MONEY, ...MODELS, ...TOOLS];
