[ -z "$PS1" ] && return
shopt -s checkwinsize
PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
HISTFILE=~/.bash_history
alias ls='ls --color=auto' ll='ls -l' grep='grep --color=auto'
# The processes of the story live in the host's own table: let the program answer, not the builtin.
enable -n kill
