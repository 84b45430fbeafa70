/** What a source may use of the laptop. */
export type SourceContext = {
	env: Readonly<Record<string, string | undefined>>;
	signal: AbortSignal;
};

/** Yields a secret's raw text; rejects with a `FleetError` that never holds it. */
export type CredentialSource<Reference> = (
	reference: Reference,
	context: SourceContext,
) => Promise<string>;
