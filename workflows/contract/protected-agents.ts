/** Group `agents`: what tells coding agents how to work, which tools they have and what they may run. */
export const AGENTS_PATHS: Readonly<Record<string, string>> = {
  'every agent': 'AGENTS{,.local,.override}.md AGENT.md .agents/** .agent/** .ai/** SKILL.md .rules',
  'tools over MCP': '{,.}mcp.json .mcp/** .vscode/mcp.json',
  Claude: 'CLAUDE{,.local}.md .claude/** .claude.json .claudeignore .claude-plugin/**',
  Cursor: '.cursor/** .cursorrules .cursorignore .cursorindexingignore',
  'Gemini, Jules': 'GEMINI.md .gemini/** .geminiignore .aiexclude .idx/** JULES.md .jules/**',
  Copilot: `
    copilot-instructions.md .github/{instructions,prompts,chatmodes,agents,skills}/** .copilot/** .copilotignore
    .github/workflows/copilot-setup-steps.{yml,yaml}`,
  Codex: '.codex/** CODEX.md',
  Windsurf: '.windsurfrules .windsurf/** .codeium/** .codeiumignore',
  Aider: '.aider* .aider/**',
  'Cline, Roo, Kilo Code': `
    .clinerules* .clinerules/** .cline/** .clineignore .roo/** .roorules* .roomodes .rooignore .kilocode/**
    .kilocodemodes`,
  Continue: '.continue/** .continuerules .continuerc.json .continueignore',
  'Junie, Kiro, Amazon Q': '.junie/** .kiro/** .amazonq/** .aiignore',
  Goose: '.goose/** .goosehints .gooseignore',
  OpenCode: '.opencode/** {,.}opencode.{json,jsonc} OPENCODE.md',
  'OpenHands, Devin, Factory, Amp': '.openhands/** .openhands_instructions .devin/** .factory/** .amp/**',
  'Augment, Trae, Tabnine, Qodo': '.augment/** .augment-guidelines .augmentignore .trae/** .tabnine/** .qodo/**',
  'Qwen, Crush, Warp, Replit': 'QWEN.md .qwen/** CRUSH.md /crush.json .crush.json .crush/** WARP.md .warp/** replit.md',
  'Firebender, Sweep, Sourcegraph': '.firebender* .firebender/** .sweep.{yml,yaml} .sourcegraph/** .cody/**',
  'rules shared by several': '.ruler/** .rulesync/** .specify/** .llm/** .prompts/**',
};
