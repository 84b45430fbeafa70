// Ink imports React's devtools when DEV is set; the bundle has none.
export default {};
