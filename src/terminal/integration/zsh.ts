/**
 * zsh reads its files from ZDOTDIR. These stand there, each sourcing the learner's own with ZDOTDIR as it would have
 * been, so that nothing of theirs is read twice, left out or written to the wrong place.
 */

const sourceOwn = (file: string) => `
__ordinal_zdotdir=$ZDOTDIR
if [[ -n $ORDINAL_SHELL_ZDOTDIR ]]; then ZDOTDIR=$ORDINAL_SHELL_ZDOTDIR; else ZDOTDIR=$HOME; fi
[[ -r $ZDOTDIR/${file} ]] && . $ZDOTDIR/${file}
ORDINAL_SHELL_ZDOTDIR=$ZDOTDIR
`;

const continueOurs = `
ZDOTDIR=$__ordinal_zdotdir
`;

const hooks = String.raw`
[[ $HISTFILE == $__ordinal_zdotdir/* ]] && HISTFILE=$ZDOTDIR/.zsh_history
typeset -g __ordinal_nonce=$ORDINAL_SHELL_NONCE
export KUBECONFIG=$ORDINAL_SHELL_KUBECONFIG
[[ -n $ORDINAL_SHELL_PATH ]] && path=($ORDINAL_SHELL_PATH ${'$'}{path:#$ORDINAL_SHELL_PATH})
if [[ $ZDOTDIR == $HOME ]]; then unset ZDOTDIR; fi
unset ORDINAL_SHELL_NONCE ORDINAL_SHELL_KUBECONFIG ORDINAL_SHELL_PATH ORDINAL_SHELL_ZDOTDIR ORDINAL_SHELL_HISTORY
unset ORDINAL_SHELL_LOGIN __ordinal_zdotdir

__ordinal_mark() { builtin printf '\e]133;%s;aid=%s\a' "$1" "$__ordinal_nonce" }

__ordinal_preexec() {
  emulate -L zsh
  local text=$1
  text=${'$'}{text//\\/\\\\}
  text=${'$'}{text//$'\n'/\\x0a}
  text=${'$'}{text//;/\\x3b}
  text=${'$'}{text//$'\e'/\\x1b}
  text=${'$'}{text//$'\a'/\\x07}
  builtin printf '\e]633;E;%s;%s\a' "$text" "$__ordinal_nonce"
  __ordinal_mark C
}

__ordinal_precmd() {
  local result=$?
  __ordinal_mark "D;$result"
}

__ordinal_prompt() {
  if [[ $PS1 != $__ordinal_ps1 ]]; then
    __ordinal_ps1="%{$(__ordinal_mark A)%}$PS1%{$(__ordinal_mark B)%}"
    PS1=$__ordinal_ps1
  fi
}

typeset -g __ordinal_ps1=''
typeset -ga precmd_functions preexec_functions
precmd_functions=(__ordinal_precmd $precmd_functions __ordinal_prompt)
preexec_functions=(__ordinal_preexec $preexec_functions)
`;

/** File name in ZDOTDIR to its content. A login shell reads all four; others .zshenv and .zshrc. */
export const zshIntegration: Readonly<Record<string, string>> = {
  '.zshenv': sourceOwn('.zshenv') + continueOurs,
  '.zprofile': sourceOwn('.zprofile') + continueOurs,
  '.zshrc': `
${sourceOwn('.zshrc')}
if [[ -o login ]]; then
${continueOurs}
else
${hooks}
fi
`,
  '.zlogin': sourceOwn('.zlogin') + hooks,
};
