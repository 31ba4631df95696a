/** Paths as they are met in repositories: those of each protected group, and everyday ones that are in none. */
import type { ProtectedGroup } from '../../workflows/contract/protected.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

export const USUAL: Readonly<Record<ProtectedGroup, readonly string[]>> = {
  ci: words(`
    .github/workflows/ci.yml .GitHub/workflows/release.yaml packages/api/.github/workflows/test.yml
    .github/actions/setup/index.js .gitlab-ci.yml .gitlab-ci.yaml services/api/.gitlab-ci.yml .gitlab/ci/build.yml
    ci/build.sh ci/steps/lint.yml ci/run ci/Dockerfile.test templates/deploy.gitlab-ci.yml .circleci/config.yml circle.yml sub/.circleci/config.yml
    .buildkite/pipeline.yml buildkite.yml .travis.yml Jenkinsfile Jenkinsfile.release deploy/Jenkinsfile
    build/nightly.jenkinsfile jenkins/pipeline.groovy azure-pipelines.yml azure-pipelines-release.yaml
    .azure-pipelines/build.yml services/web/azure-pipelines.yml .azuredevops/pull_request_template.md .vsts-ci.yml
    bitbucket-pipelines.yml .drone.yml .drone.star .woodpecker.yml .woodpecker/test.yaml appveyor.yml .appveyor.yml
    .cirrus.yml .cirrus.star cloudbuild.yaml services/api/cloudbuild.json buildspec.yml buildspec-deploy.yaml
    appspec.yml .teamcity/settings.kts .semaphore/semaphore.yml wercker.yml codefresh.yml .codefresh/build.yaml
    concourse/pipeline.yml .tekton/pull-request.yaml .argo-ci/ci.yaml .gitea/workflows/ci.yml
    .forgejo/workflows/ci.yaml .builds/alpine.yml .harness/pipeline.yaml bamboo-specs/bamboo.yaml build.gocd.yaml
    screwdriver.yaml .zuul.yaml zuul.d/jobs.yaml .prow.yaml .prow/jobs.yaml codemagic.yaml bitrise.yml
    ios/ci_scripts/ci_post_clone.sh codeship-services.yml .scrutinizer.yml .taskcluster.yml .readthedocs.yaml
    vercel.json apps/web/vercel.json netlify.toml render.yaml fly.toml Procfile heroku.yml railway.json
    firebase.json wrangler.toml app.yaml amplify.yml .ebextensions/01.config .do/app.yaml .kamal/hooks/pre-deploy
    config/deploy.yml fastlane/Fastfile skaffold.yaml atlantis.yaml .goreleaser.yml .releaserc.json .ci/run.sh
    .vela.yml Earthfile .packit.yaml`),
  review: words(`
    CODEOWNERS .github/CODEOWNERS docs/CODEOWNERS .gitlab/CODEOWNERS OWNERS pkg/scheduler/OWNERS OWNERS_ALIASES
    MAINTAINERS .mergify.yml .mergify/config.yml .kodiak.toml .bulldozer.yml .pullapprove.yml .policy.yml bors.toml
    .github/settings.yml .asf.yaml renovate.json renovate.json5 .renovaterc .github/renovate.json
    .github/dependabot.yml .dependabot/config.yml codecov.yml .codecov.yml .github/codecov.yaml .coveralls.yml
    sonar-project.properties .codeclimate.yml .deepsource.toml lgtm.yml .lgtm.yml .snyk .trivyignore .gitleaks.toml
    .gitleaksignore .secrets.baseline .semgrep.yml .semgrepignore deny.toml Dangerfile dangerfile.ts .reviewdog.yml
    .coderabbit.yaml .pr_agent.toml .hound.yml PRESUBMIT.py .gitattributes packages/a/.gitattributes .gitreview
    .arcconfig .github/labeler.yml .github/auto_assign.yml`),
  agents: words(`
    AGENTS.md packages/api/AGENTS.md agents.md CLAUDE.md claude.md web/CLAUDE.local.md .claude/settings.json
    .claude/commands/review.md sub/.claude/agents/a.md .mcp.json packages/a/.mcp.json .cursor/rules/style.mdc
    .cursorrules .cursor/mcp.json GEMINI.md .gemini/settings.json .github/copilot-instructions.md
    .github/instructions/ts.instructions.md .github/prompts/fix.prompt.md .github/chatmodes/plan.chatmode.md
    .windsurfrules .windsurf/rules/a.md .aider.conf.yml .aiderignore .continue/config.json .continuerules
    .clinerules .clinerules/01.md .roo/rules/a.md .roomodes .codex/config.toml .junie/guidelines.md
    .kiro/steering/product.md .goosehints .opencode/agent/a.md opencode.json .amazonq/rules/a.md .augment-guidelines
    .trae/rules/a.md .openhands/microagents/repo.md .kilocode/rules/a.md QWEN.md CRUSH.md WARP.md .vscode/mcp.json
    .agents/skills/a/SKILL.md .idx/airules.md .tabnine/guidelines/a.md`),
  autorun: words(`
    .husky/pre-commit .husky/_/husky.sh web/.husky/pre-push .githooks/post-checkout .git-hooks/pre-commit
    lefthook.yml .lefthook.toml lefthook-local.yml .pre-commit-config.yaml .pre-commit-hooks.yaml .overcommit.yml
    .lintstagedrc.json captainhook.json grumphp.yml .gitconfig .devcontainer/devcontainer.json .devcontainer.json
    .devcontainer/post-create.sh .envrc api/.envrc .npmrc packages/a/.npmrc .yarnrc .yarnrc.yml
    .yarn/releases/yarn-4.1.0.cjs .yarn/plugins/a.cjs .pnpmfile.cjs bunfig.toml binding.gyp gradlew gradlew.bat
    gradle/wrapper/gradle-wrapper.properties gradle/wrapper/gradle-wrapper.jar android/gradlew mvnw mvnw.cmd
    .mvn/wrapper/maven-wrapper.properties .mvn/jvm.config .mvn/extensions.xml .cargo/config.toml .cargo/config
    crates/a/.cargo/config.toml build.rs crates/sys/build.rs rust-toolchain.toml .sbtopts .jvmopts .bazelrc
    .bazelversion tools/bazel Directory.Build.targets src/Directory.Build.props NuGet.Config poetry.toml
    .bundle/config ext/native/extconf.rb sitecustomize.py usercustomize.py inject.pth .vscode/tasks.json
    .vscode/settings.json .vscode/launch.json app.code-workspace .idea/runConfigurations/Test.xml .run/All.run.xml
    .zed/tasks.json .exrc .nvim.lua .dir-locals.el .gitpod.yml .gitpod.Dockerfile .codesandbox/tasks.json .replit
    devfile.yaml Vagrantfile Tiltfile .tool-versions mise.toml .mise.toml .config/mise/config.toml devbox.json
    action.yml action.yaml actions/deploy/action.yml .gdbinit .lldbinit .irbrc .pryrc .Rprofile .iex.exs .ghci
    ansible.cfg`),
  tests: words(`
    pytest.ini conftest.py tests/conftest.py tox.ini jest.config.js packages/a/jest.config.ts vitest.config.ts
    .mocharc.yml karma.conf.js playwright.config.ts cypress.config.js .nycrc .coveragerc .rspec spec/spec_helper.rb
    phpunit.xml phpunit.xml.dist .config/nextest.toml test.runsettings testng.xml`),
};

export const EVERYDAY = words(`
  README.md CHANGELOG.md CONTRIBUTING.md LICENSE docs/index.md docs/ci.md docs/github/actions.md docs/cursor.md
  docs/images/owners.png src/index.ts src/main.rs src/lib.rs src/ci/pipeline.ts src/ci/jenkins.ts
  src/github/client.ts src/agents/worker.ts src/claude/client.ts src/owners/list.ts app/owners/page.tsx
  src/renovate/parse.ts lib/husky.js src/action.ts src/actions/index.ts src/components/Action.tsx
  internal/deploy/deploy.go cmd/server/main.go go.mod go.sum package.json packages/api/package.json
  package-lock.json pnpm-lock.yaml yarn.lock composer.json pyproject.toml setup.py setup.cfg requirements.txt
  Cargo.toml Cargo.lock Gemfile Gemfile.lock pom.xml build.gradle settings.gradle.kts gradle/libs.versions.toml
  build.sbt project/plugins.sbt App.csproj App.sln Makefile Dockerfile docker-compose.yml .dockerignore .gitignore
  .editorconfig .env.example .prettierrc .eslintrc.json tsconfig.json webpack.config.js vite.config.ts
  next.config.js tailwind.config.js test/a.test.ts tests/test_a.py spec/models/user_spec.rb src/test/java/ATest.java
  models/resnet.pth db/migrations/001_init.sql scripts/build.sh bin/serve k8s/deployment.yaml charts/app/values.yaml
  terraform/main.tf public/index.html src/styles/app.css app/models/owner.rb src/netlify.ts src/lib/vercel.ts
  src/config/deployments.yml config/routes.rb config/application.yml flake.nix flake.lock shell.nix .ruby-version
  .node-version .nvmrc .python-version app.json lib/gradlew.ts src/mise/index.ts examples/demo/main.py
  fastlane/metadata/en-US/description.txt src/procfile.ts src/devcontainer.ts src/githooks/run.ts
  src/cloudbuild/client.ts sweep.yaml notebooks/train.ipynb src/flyweight.toml locales/action.yaml src/railway.json
  data/now.json pkg/crush.json docs/release.toml src/owners src/reviewers locales/render.yaml shapes/circle.yml
  icons/semaphore.yml icons/bamboo.yaml themes/azure.yaml ci/pipeline.ts ci/stages/run_test.go jenkins/client.go
  tekton/parse.py concourse/lib/main.rs`);
