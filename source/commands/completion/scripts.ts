/**
 * What a shell is given. All the knowledge is in `console complete`, made from the table of
 * commands: a script only hands over the words and shows what comes back, one candidate a line,
 * its description behind a tab. `:file` and `:directory` ask for the shell's own completion.
 */
export const scripts = {
	bash: String.raw`# fleet-console: eval "$(console completion bash)"
_fleet_console() {
	local value description
	COMPREPLY=()
	while IFS=$'\t' read -r value description; do
		case $value in
			:file) compopt -o default 2>/dev/null; return ;;
			:directory) compopt -o dirnames 2>/dev/null; return ;;
			*=) compopt -o nospace 2>/dev/null ;;
		esac
		# bash took the part before an equals sign for a word of its own.
		case $value in --*=*) [[ $COMP_WORDBREAKS == *=* ]] && value=\${value#*=} ;; esac
		COMPREPLY+=("$(printf %q "$value")")
	done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
}
complete -F _fleet_console console fleet-console
`.replaceAll('\\${', '${'),
	zsh: String.raw`#compdef console fleet-console
# fleet-console: eval "$(console completion zsh)"
_fleet_console() {
	local line value
	local -a candidates
	for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}"; do
		value=\${line%%$'\t'*}
		case $value in
			'') continue ;;
			:file) _files; return ;;
			:directory) _files -/; return ;;
		esac
		candidates+=("\${value//:/\\:}:\${line#*$'\t'}")
	done
	_describe -t candidates console candidates
}
if [[ $funcstack[1] == _fleet_console ]]; then
	_fleet_console "$@"
else
	compdef _fleet_console console fleet-console
fi
`.replaceAll('\\${', '${'),
	fish: String.raw`# fleet-console: console completion fish | source
function __fleet_console_complete
	set -l before (commandline -opc)
	set -l current (commandline -ct)
	set -l program $before[1]
	set -e before[1]
	for line in ($program complete -- $before "$current" 2>/dev/null </dev/null)
		switch $line
			case ':file*'
				__fish_complete_path "$current"
			case ':directory*'
				__fish_complete_directories "$current"
			case '*'
				echo $line
		end
	end
end
complete -c console -f -a '(__fleet_console_complete)'
complete -c fleet-console -f -a '(__fleet_console_complete)'
`,
} as const;

export type Shell = keyof typeof scripts;
export const shells = Object.keys(scripts) as Shell[];
