/**
 * The server's whole configuration: a terminal keeper that shows nothing of itself. `-q` passes over what
 * an older tmux does not know.
 */
export const tmuxConfig = ({
	terminal,
}: {
	terminal: string;
}): string => `# Written at every start of the daemon.
# The keeper outlives its last agent, and holds neither log nor environment that could carry a secret.
set -s exit-empty off
set -s exit-unattached off
set -s message-limit 0
set -g update-environment ''
set -g destroy-unattached off
set -g detach-on-destroy on

# The agent has the whole screen, every key and the mouse.
set -g status off
set -g prefix None
set -g prefix2 None
unbind-key -q -a -T prefix
unbind-key -q -a -T root
set -g mouse off
set -g set-titles off
set -g visual-bell off
set -g bell-action any
set -g assume-paste-time 0
set -g lock-after-time 0

# Long enough that the end of a paste that was cut in two is still one key.
set -s escape-time 20
set -s focus-events on
set -s extended-keys on
set -s set-clipboard on
set -s default-terminal ${terminal}
set -as terminal-features ',xterm-256color:256:RGB:clipboard:ccolour:cstyle:extkeys:focus:mouse:overline:strikethrough:sync:title:usstyle'

set -g default-shell /bin/sh
set -g default-command ''
set -g history-limit 5000
set -g base-index 0
setw -g window-size latest
setw -g aggressive-resize off
setw -g automatic-rename off
setw -g allow-rename off
setw -g monitor-activity off
setw -g alternate-screen on
setw -gq allow-passthrough on

# The last screen of what ended stays as it was.
setw -g remain-on-exit on
setw -gq remain-on-exit-format ''
`;
