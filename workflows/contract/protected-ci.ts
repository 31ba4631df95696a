/** Group `ci`: what decides how a change is checked, published and deployed, by the host or tool that reads it. */
export const CI_PATHS: Readonly<Record<string, string>> = {
  GitHub: '.github/**',
  GitLab: '.gitlab-ci*.{yml,yaml} *.gitlab-ci.{yml,yaml} .gitlab-ci/** .gitlab-ci.d/** .gitlab/**',
  CircleCI: '.circleci/** /circle.yml',
  Buildkite: '.buildkite/** {,.}buildkite.{yml,yaml}',
  'Travis CI': '.travis.{yml,yaml} .travis/**',
  Jenkins:
    'Jenkinsfile* *.jenkinsfile .jenkins/** /jenkins/**/*.{groovy,yml,yaml,xml,sh} {,.}jenkins-x*.{yml,yaml} .lighthouse/**',
  'Azure Pipelines': `
    {,.}azure-pipeline*.{yml,yaml} .azure-pipelines/** /azure-pipelines/** .azuredevops/** .azure/pipelines/**
    .pipelines/** {,.}vsts-ci.{yml,yaml} .vsts/**`,
  Bitbucket: 'bitbucket-pipelines*.{yml,yaml} .bitbucket/**',
  Drone: '.drone.{yml,yaml,star,jsonnet} .drone/**',
  Woodpecker: '.woodpecker.{yml,yaml} .woodpecker/**',
  AppVeyor: '{,.}appveyor*.{yml,yaml} .appveyor/** /appveyor/**',
  'Cirrus CI': '.cirrus.{yml,yaml,star} .cirrus/**',
  'Google Cloud Build': '{,.}cloudbuild*.{yml,yaml,json} .cloudbuild/** /cloudbuild/**',
  'AWS CodeBuild and CodeDeploy': 'buildspec*.{yml,yaml} *.buildspec.{yml,yaml} appspec.{yml,yaml,json}',
  TeamCity: '.teamcity/** .teamcity.yml',
  Semaphore: '.semaphore/** /semaphore.{yml,yaml}',
  Wercker: '{,.}wercker.{yml,yaml}',
  Codefresh: '{,.}codefresh*.{yml,yaml} .codefresh/**',
  Concourse: '{,.}concourse*.{yml,yaml} .concourse/** /concourse/**/*.{yml,yaml,sh}',
  Tekton: '.tekton/** /tekton/**/*.{yml,yaml,sh}',
  'Argo, Flux': '.argo/** .argo-ci/** .argocd/** /argocd/** .argocd-source*.{yml,yaml} .flux.{yml,yaml} flux-system/**',
  'Gitea, Forgejo, Gogs': '.gitea/** .forgejo/** .gogs/**',
  'OneDev, SourceHut': '.onedev-buildspec.yml .build.yml .builds/**',
  'Vela, Agola': '.vela.{yml,yaml} .vela/** .agola/**',
  Harness: '.harness/**',
  Bamboo: 'bamboo-specs/** /bamboo.{yml,yaml}',
  GoCD: '*.gocd.{yml,yaml,json,jsonnet} .gocd/**',
  Screwdriver: 'screwdriver.{yml,yaml}',
  Zuul: '{,.}zuul.{yml,yaml} {,.}zuul.d/**',
  Prow: '.prow.{yml,yaml} .prow/**',
  'Codemagic, Bitrise': 'codemagic.{yml,yaml} {,.}bitrise*.{yml,yaml}',
  'Xcode Cloud, EAS': 'ci_scripts/** eas.json',
  'Codeship, Shippable': 'codeship-*.{yml,yaml} {,.}shippable.yml',
  'Scrutinizer, StyleCI': '.scrutinizer.yml .styleci.yml',
  'Taskcluster, Evergreen': '.taskcluster.yml /taskcluster/** {,.}evergreen.{yml,yaml} .evergreen/**',
  Buildbot: 'master.cfg .buildbot/**',
  'Packit, Copr, Testing Farm': '{,.}packit.{yml,yaml,json} .copr/** .testing-farm.{yml,yaml} .fmf/**',
  'Dagger, Earthly, werf': 'dagger.json .dagger/** Earthfile werf*.{yml,yaml}',
  'Garnix, RWX': 'garnix.{yml,yaml} .rwx/**',
  'Read the Docs': '{,.}readthedocs.{yml,yaml}',
  'scripts of the checks': `
    .ci/** /ci/**/*.{sh,bash,ps1,bat,cmd,mk,yml,yaml,json,toml,groovy} /ci/**/{Dockerfile,Makefile}{,.*} /ci/**/!(*.*)
    /{,.}ci.{yml,yaml}`,
  'Vercel, Netlify': 'vercel.json /vercel.ts /now.json .vercel/** netlify.toml .netlify/**',
  'Render, Fly.io, Heroku': '/render.{yml,yaml} fly{,.*}.toml Procfile{,.dev,.local,.production} heroku.yml',
  'Railway, Koyeb, Zeabur, Scalingo': `
    /railway.{json,toml} nixpacks.toml koyeb.{yml,yaml} zeabur.json scalingo.json captain-definition`,
  'Firebase, Cloudflare, App Engine': 'firebase.json .firebaserc wrangler.{toml,json,jsonc} /app.{yml,yaml}',
  'AWS, Azure, DigitalOcean': `
    /amplify.yml .ebextensions/** .elasticbeanstalk/** samconfig.{toml,yaml} /azure.yaml .do/**`,
  'OpenShift, Platform.sh': '.openshift/** .s2i/** .platform/** .platform.app.yaml .upsun/**',
  'deployment by script': `
    skaffold*.{yml,yaml} .kamal/** /config/deploy{,.*}.{yml,rb} Capfile /deploy.php
    fastlane/{Fastfile,Appfile,Matchfile,Deliverfile,Pluginfile}*`,
  'Terraform by pull request': 'atlantis.{yml,yaml} .spacelift/** env0.yml digger.{yml,yaml}',
  releases: `
    {,.}goreleaser.{yml,yaml} .releaserc* release.config.{js,cjs,mjs,ts} .release-it.* .changeset/config.json
    {,.}release-please-config.json dist-workspace.toml /release.toml`,
};
