/**
 * bash reads this in place of ~/.bashrc (--rcfile), and it sources the learner's own files first. PS0 tells of a
 * command about to run (bash 4.4 and later); macOS's bash 3.2 has the DEBUG trap for that.
 *
 * The command's text is taken from bash's history, so what the learner's settings would keep out of it (duplicates,
 * lines that begin with a space) is kept here, in a history file of the lesson's own: theirs is not touched.
 */
export const bashIntegration = String.raw`
if [ -n "$ORDINAL_SHELL_LOGIN" ]; then
  [ -r /etc/profile ] && . /etc/profile
  for __ordinal_file in ~/.bash_profile ~/.bash_login ~/.profile; do
    if [ -r "$__ordinal_file" ]; then . "$__ordinal_file"; break; fi
  done
  unset __ordinal_file
else
  [ -r ~/.bashrc ] && . ~/.bashrc
fi

__ordinal_nonce=$ORDINAL_SHELL_NONCE
export KUBECONFIG=$ORDINAL_SHELL_KUBECONFIG
if [ -n "$ORDINAL_SHELL_PATH" ]; then
  case $PATH in "$ORDINAL_SHELL_PATH":*) ;; *) PATH=$ORDINAL_SHELL_PATH:$PATH ;; esac
fi
HISTFILE=$ORDINAL_SHELL_HISTORY HISTSIZE=2000 HISTFILESIZE=2000 HISTCONTROL=
unset HISTIGNORE
shopt -s cmdhist lithist histappend promptvars
set -o history
history -c; history -r
unset ORDINAL_SHELL_NONCE ORDINAL_SHELL_KUBECONFIG ORDINAL_SHELL_PATH ORDINAL_SHELL_HISTORY ORDINAL_SHELL_LOGIN

__ordinal_mark() { builtin printf '\e]133;%s;aid=%s\a' "$1" "$__ordinal_nonce"; }

# Between the lines of one paste there is no prompt: here is the first chance to tell how the one before ended.
__ordinal_preexec() {
  __ordinal_mark "D;$?"
  local entry text='' number='' from to
  entry=$(HISTTIMEFORMAT= builtin history 1)
  if [[ $entry =~ ^[[:space:]]*([0-9]+)..(.*)$ ]]; then
    number=${'$'}{BASH_REMATCH[1]} text=${'$'}{BASH_REMATCH[2]}
  fi
  from='\' to='\\' text=${'$'}{text//"$from"/"$to"}
  from=$'\n' to='\x0a' text=${'$'}{text//"$from"/"$to"}
  from=';' to='\x3b' text=${'$'}{text//"$from"/"$to"}
  from=$'\e' to='\x1b' text=${'$'}{text//"$from"/"$to"}
  from=$'\a' to='\x07' text=${'$'}{text//"$from"/"$to"}
  builtin printf '\e]633;E;%s;%s;%s\a' "$text" "$__ordinal_nonce" "$number"
  __ordinal_mark C
}

__ordinal_precmd() {
  local status=$?
  __ordinal_mark "D;$status"
  builtin history -a
  return $status
}

__ordinal_prompt() {
  local status=$?
  if [[ $PS1 != "$__ordinal_ps1" ]]; then
    __ordinal_ps1='\[\e]133;A;aid='$__ordinal_nonce'\a\]'"$PS1"'\[\e]133;B;aid='$__ordinal_nonce'\a\]'
    PS1=$__ordinal_ps1
  fi
  __ordinal_waiting=1
  return $status
}

# The working folder lies deep in the data folder: a prompt that shows the whole path leaves no room to type.
: "${'$'}{PROMPT_DIRTRIM:=2}"

if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501 )); then
  PROMPT_COMMAND=(__ordinal_precmd "${'$'}{PROMPT_COMMAND[@]}" __ordinal_prompt)
else
  PROMPT_COMMAND=$'__ordinal_precmd\n'"$PROMPT_COMMAND"$'\n__ordinal_prompt'
fi

if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404 )); then
  PS0="$PS0"'$(__ordinal_preexec)'
else
  __ordinal_debug() {
    [[ -z $__ordinal_waiting || -n $COMP_LINE ]] && return
    __ordinal_waiting=
    [[ $BASH_COMMAND != __ordinal_precmd ]] && __ordinal_preexec
  }
  trap '__ordinal_debug' DEBUG
fi
`;
