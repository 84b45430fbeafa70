const named =
	/^(?:Enter|Escape|Space|Tab|BTab|BSpace|Up|Down|Left|Right|Home|End|IC|DC|Insert|Delete|PPage|NPage|PageUp|PageDown|PgUp|PgDn|F(?:[1-9]|1[0-2]))$/i;

/** Whether tmux knows a key of this name; what it does not know it would type as text. */
export const isKeyName = (name: string): boolean => {
	const key = /^(?:[CMS]-)*(.+)$/.exec(name)?.[1] ?? '';
	return key.length === 1 || named.test(key);
};
