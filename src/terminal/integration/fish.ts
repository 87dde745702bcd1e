/** fish runs this after the learner's own configuration (--init-command), and has events for all that is marked. */
export const fishIntegration = String.raw`
set -g __ordinal_nonce $ORDINAL_SHELL_NONCE
set -gx KUBECONFIG $ORDINAL_SHELL_KUBECONFIG
if test -n "$ORDINAL_SHELL_PATH"
  set -gx PATH $ORDINAL_SHELL_PATH (string match -v -- $ORDINAL_SHELL_PATH $PATH)
end
set -e ORDINAL_SHELL_NONCE ORDINAL_SHELL_KUBECONFIG ORDINAL_SHELL_PATH ORDINAL_SHELL_HISTORY ORDINAL_SHELL_LOGIN

function __ordinal_mark
  builtin printf '\e]133;%s;aid=%s\a' $argv[1] $__ordinal_nonce
end

function __ordinal_preexec --on-event fish_preexec
  set -l text (string replace -a '\\' '\\\\' -- "$argv[1]" | string replace -a ';' '\\x3b' |
    string replace -a \e '\\x1b' | string replace -a \a '\\x07')
  builtin printf '\e]633;E;%s;%s\a' (string join '\\x0a' -- $text) $__ordinal_nonce
  __ordinal_mark C
end

function __ordinal_postexec --on-event fish_postexec
  __ordinal_mark "D;$status"
end

function __ordinal_status
  return $argv[1]
end

functions -c fish_prompt __ordinal_own_prompt
function fish_prompt
  set -l last $status
  __ordinal_mark A
  __ordinal_status $last
  __ordinal_own_prompt
  __ordinal_mark B
end
`;
