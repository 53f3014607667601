package web

// For the tests outside the package, which serve the whole program.

// Routes are the patterns of all pages.
func Routes() []string {
	var out []string
	for _, r := range (&Site{}).routes() {
		out = append(out, r.pattern)
	}
	return out
}

// Shortcuts are the keys of the one table.
func Shortcuts() []Shortcut {
	var out []Shortcut
	for _, s := range shortcuts {
		out = append(out, Shortcut(s))
	}
	return out
}

// Shortcut is a line of the table.
type Shortcut shortcut

// AtEnd runs f when all tests have run.
func AtEnd(f func()) { cleanups = append(cleanups, f) }
