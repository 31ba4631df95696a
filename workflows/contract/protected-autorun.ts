/** Group `autorun`: what runs, or decides what runs, without anyone asking for it, by the moment when it does. */
export const AUTORUN_PATHS: Readonly<Record<string, string>> = {
  'runs by itself at checkout, commit and push': `
    .husky/** .huskyrc* husky.config.* .githooks/** /githooks/** .git-hooks/** /git-hooks/**
    {,.}lefthook*.{yml,yaml,toml,json} .lefthook/** .pre-commit-config.{yml,yaml} .pre-commit-hooks.{yml,yaml}
    prek.toml .overcommit.{yml,yaml} .simple-git-hooks.* simple-git-hooks.{js,cjs,json} .lintstagedrc*
    lint-staged.config.* grumphp.{yml,yaml}* captainhook.json hk.pkl .cargo-husky/** .rusty-hook.toml .gitconfig
    .lfsconfig`,
  'runs by itself in each workflow that uses it':
    '/action.{yml,yaml} /actions/**/action.{yml,yaml} .github/actions/**/action.{yml,yaml}',
  'decides what runs at install and where packages come from': `
    .npmrc .yarnrc{,.yml,.yaml} .yarn/{plugins,releases,sdks}/** {,.}pnpmfile.{js,cjs,mjs} bunfig.toml .bowerrc
    binding.gyp poetry.toml uv.toml pip.conf .condarc .bundle/config extconf.rb NuGet.config`,
  'runs with every build': `
    gradlew{,.bat} gradle/wrapper/** gradle/init.d/** init.gradle{,.kts} mvnw{,.cmd} .mvn/** .cargo/** build.rs
    rust-toolchain{,.toml} {,.}sbtopts {,.}jvmopts .sbtrc project/build.properties /mill{,.bat} .mill-version
    *.bazelrc .bazelversion .bazeliskrc /tools/bazel .buckconfig* Directory.Build.{props,targets,rsp} MSBuild.rsp
    .swiftpm/** .actrc`,
  'runs by itself whenever Python starts': `
    sitecustomize.py usercustomize.py /*.pth /conftest.py jupyter*_config.{py,json}`,
  'runs by itself when a shell enters the folder': `
    .envrc* .autoenv* .tool-versions {,.}mise{,.*}.toml .mise/** /mise/config.toml .config/mise/** .config/mise.toml
    .rtx.toml devbox.json devenv.{nix,yaml} .prototools .hermit/** .flox/**`,
  'runs by itself when an editor opens the folder': `
    .vscode/** *.code-workspace .idea/** .run/** .fleet/** .zed/** .nova/** .theia/** *.sublime-project .exrc .vimrc
    .lvimrc .nvimrc .nvim.lua .vim/** .nvim/** .dir-locals*.el .externalToolBuilders/**`,
  'runs by itself when a development machine starts': `
    .devcontainer/** .devcontainer.json .gitpod* .gitpod/** .codesandbox/** .stackblitzrc .replit replit.nix
    {,.}devfile.{yml,yaml} .ona/** .daytona/** .coder/** .okteto/** okteto.{yml,yaml} Vagrantfile Tiltfile .tilt/**`,
  'runs by itself when a debugger, console or tool starts here': `
    .gdbinit .lldbinit* .irbrc .pryrc .byebugrc .pdbrc .Rprofile .Renviron .iex.exs .ghci .ocamlinit .erlang
    .nrepl.edn .user.ini ansible.cfg`,
};
