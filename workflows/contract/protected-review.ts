/** Group `review`: what decides who looks at a change, what is merged without a look, and which findings count. */
export const REVIEW_PATHS: Readonly<Record<string, string>> = {
  'who owns and reviews': `
    CODEOWNERS =OWNERS OWNERS_ALIASES SECURITY_OWNERS =REVIEWERS WATCHLISTS /MAINTAINERS{,.md,.txt}
    .github/auto{_,-}assign.{yml,yaml} .github/reviewers.{yml,yaml} .github/labeler.{yml,yaml} .clabot`,
  'rules of branches': '.github/settings.{yml,yaml} .github/{rulesets,safe-settings}/** .allstar/** .asf.yaml',
  'merges by a bot': `
    {,.}mergify.{yml,yaml} .mergify/** {,.}kodiak.toml .bulldozer.{yml,yaml} .pullapprove.{yml,yaml}
    .policy.{yml,yaml} {,.}bors.toml {,.}mergequeue.{yml,yaml} .github/merge-queue.{yml,yaml} .aviator/**
    .graphite/** .trunk/**`,
  'updates of dependencies': `
    renovate.{json,json5} renovate-config.json .renovaterc* dependabot.{yml,yaml} .dependabot/** .pyup.{yml,yaml}
    {,.}whitesource .mend .updatecli/** updatecli.d/** .scala-steward.conf`,
  'coverage and quality that must hold': `
    {,.}codecov.{yml,yaml} {,.}coveralls.{yml,yaml} sonar-project.properties .sonarcloud.properties .sonarlint/**
    .codeclimate.{yml,yaml,json} .qlty/** .codacy.{yml,yaml} .deepsource.toml {,.}lgtm.{yml,yaml} .lgtm
    .size-limit.*`,
  'findings about security': `
    .snyk trivy.{yml,yaml} .trivyignore* .gitleaks.toml .gitleaksignore .secrets.baseline .gitguardian.{yml,yaml}
    .semgrep* .semgrep/** .github/codeql/** .checkov.{yml,yaml} .tfsec/** osv-scanner.toml .grype.{yml,yaml}
    .talismanrc audit-ci.{json,jsonc} .nsprc deny.toml .cargo/audit.toml .fossa.yml .bandit brakeman.ignore
    .bundler-audit.yml`,
  'reviewers that are programs': `
    Dangerfile* {,.}reviewdog.{yml,yaml} .hound.{yml,yaml} .stickler.yml .restyled.{yml,yaml} .coderabbit.{yml,yaml}
    .sourcery.yaml .ellipsis/** ellipsis.yaml greptile.json .pr_agent.toml codereview.settings PRESUBMIT.py`,
  'where a diff is reviewed and what it shows': '.gitattributes .gitreview .arcconfig .arclint',
};
