/** Keys of clouds and hosting. A table: what it is called, where to look, how it looks. */

import { isRandom } from './placeholders.ts';
import type { Kind } from './secret-kind.ts';

export const CLOUD_KINDS: readonly Kind[] = [
  { kind: 'AWS_ACCESS_KEY_ID', near: ['akia', 'asia'], pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/dg },
  {
    kind: 'AWS_SECRET_ACCESS_KEY',
    near: ['aws', 'secretaccesskey', 'secret_access_key'],
    pattern:
      /\b(?:aws[\w-]{0,20}?secret|secret_?access)[\w-]{0,20}["']?\s{0,4}(?:=>|[:=])\s{0,4}["']?(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dgi,
    accepts: isRandom,
  },
  {
    kind: 'AWS_SESSION_TOKEN',
    near: ['session_token', 'sessiontoken'],
    pattern: /session_?token["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[A-Za-z0-9/+=]{100,2000})/dgi,
  },
  { kind: 'AWS_BEDROCK_KEY', near: ['absk'], pattern: /\bABSK[A-Za-z0-9+/]{109,269}={0,2}/dg },
  { kind: 'GCP_API_KEY', near: ['aiza'], pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/dg },
  { kind: 'GCP_OAUTH_TOKEN', near: ['ya29.'], pattern: /\bya29\.[A-Za-z0-9_-]{30,2000}/dg },
  { kind: 'GCP_CLIENT_SECRET', near: ['gocspx-'], pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/dg },
  {
    kind: 'AZURE_STORAGE_KEY',
    near: ['accountkey='],
    pattern: /\bAccountKey=(?<value>[A-Za-z0-9+/]{86}==)/dgi,
    // The storage emulator's own key is the same everywhere.
    accepts: (value) => !value.startsWith('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50'),
  },
  {
    kind: 'AZURE_SHARED_ACCESS_KEY',
    near: ['sharedaccesskey='],
    pattern: /\bSharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)/dgi,
  },
  {
    kind: 'AZURE_SAS_SIGNATURE',
    near: ['sig='],
    pattern: /[?&;]sig=(?<value>[A-Za-z0-9%+/]{42,90}(?:%3[dD]|=))/dg,
  },
  {
    kind: 'AZURE_CLIENT_SECRET',
    near: ['8q~', '7q~'],
    pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/dg,
  },
  { kind: 'AZURE_DEVOPS_TOKEN', near: ['azdo'], pattern: /\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b/dg },
  {
    kind: 'DIGITALOCEAN_TOKEN',
    near: ['doo_v1_', 'dop_v1_', 'dor_v1_'],
    pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/dg,
  },
  { kind: 'ALIBABA_ACCESS_KEY_ID', near: ['ltai'], pattern: /\bLTAI[A-Za-z0-9]{12,20}\b/dg, accepts: isRandom },
  { kind: 'TENCENT_SECRET_ID', near: ['akid'], pattern: /\bAKID[A-Za-z0-9]{32}\b/dg },
  {
    kind: 'IBM_CLOUD_API_KEY',
    near: ['ibm', 'bluemix'],
    pattern: /(?:ibm|bluemix)[\w-]{0,20}key["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[A-Za-z0-9_-]{44})(?![A-Za-z0-9_-])/dgi,
    accepts: isRandom,
  },
  {
    kind: 'ORACLE_PASS_PHRASE',
    near: ['pass_phrase'],
    pattern: /^\s{0,8}pass_phrase\s{0,4}=\s{0,4}(?<value>\S{8,200})/dgim,
  },
  {
    kind: 'ORACLE_AUTH_TOKEN',
    near: ['oci_', 'oracle'],
    pattern:
      /(?:oci_|oracle)\w{0,20}(?:token|secret|password)["']?\s{0,4}[:=]\s{0,4}["'](?<value>[^"'\s]{16,64})["']/dgi,
    accepts: isRandom,
  },
  {
    kind: 'CLOUDFLARE_ORIGIN_KEY',
    near: ['v1.0-'],
    pattern: /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b/dg,
  },
  {
    kind: 'CLOUDFLARE_TOKEN',
    near: ['cloudflare', 'cf_api'],
    pattern:
      /(?:cloudflare|cf_api)[\w-]{0,20}(?:token|key)["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[A-Za-z0-9_-]{37,40})(?![A-Za-z0-9_-])/dgi,
    accepts: isRandom,
  },
  {
    kind: 'HETZNER_TOKEN',
    near: ['hcloud', 'hetzner'],
    pattern: /(?:hcloud|hetzner)[\w-]{0,20}["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[A-Za-z0-9]{64})\b/dgi,
  },
  {
    kind: 'LINODE_TOKEN',
    near: ['linode'],
    pattern: /linode[\w-]{0,20}["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[a-f0-9]{64})\b/dgi,
  },
  {
    kind: 'SCALEWAY_SECRET_KEY',
    near: ['scw_', 'scaleway'],
    pattern:
      /(?:scw|scaleway)[\w-]{0,20}secret[\w-]{0,6}["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})/dgi,
  },
  {
    kind: 'FLY_TOKEN',
    near: ['fm1', 'fm2', 'fo1_'],
    pattern: /\b(?:fm[12][ar]?_[A-Za-z0-9+/=_-]{100,2000}|fo1_[A-Za-z0-9_-]{43})/dg,
  },
  { kind: 'YANDEX_API_KEY', near: ['aqvn'], pattern: /\bAQVN[A-Za-z0-9_-]{35,38}(?![A-Za-z0-9_-])/dg },
  { kind: 'HEROKU_API_KEY', near: ['hrku-'], pattern: /\bHRKU-[A-Za-z0-9_-]{36,80}/dg },
  {
    kind: 'HEROKU_API_KEY',
    near: ['heroku'],
    pattern:
      /heroku[\w-]{0,20}(?:key|token)["']?\s{0,4}[:=]\s{0,4}["']?(?<value>[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})/dgi,
  },
  { kind: 'NETLIFY_TOKEN', near: ['nfp_'], pattern: /\bnfp_[A-Za-z0-9]{36,40}\b/dg },
  {
    kind: 'SUPABASE_TOKEN',
    near: ['sbp_', 'sb_secret_'],
    pattern: /\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{31,40})/dg,
  },
  {
    kind: 'PLANETSCALE_TOKEN',
    near: ['pscale_'],
    pattern: /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,64}/dg,
  },
  { kind: 'PULUMI_TOKEN', near: ['pul-'], pattern: /\bpul-[a-f0-9]{40}\b/dg },
  {
    kind: 'TERRAFORM_CLOUD_TOKEN',
    near: ['.atlasv1.'],
    pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/dg,
  },
  { kind: 'VAULT_TOKEN', near: ['hvs.', 'hvb.', 'hvr.'], pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/dg },
  {
    kind: 'VAULT_TOKEN',
    near: ['vault_token'],
    pattern: /vault_token["']?\s{0,4}[:=]\s{0,4}["']?(?<value>s\.[A-Za-z0-9]{24})\b/dgi,
  },
  { kind: 'DOPPLER_TOKEN', near: ['dp.'], pattern: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,60}/dg },
  { kind: 'DYNATRACE_TOKEN', near: ['dt0'], pattern: /\bdt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b/dg },
];
