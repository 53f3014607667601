package ingest

import "testing"

// SetMaxTotal lowers the bound of what an archive unpacks to for one test.
func SetMaxTotal(t *testing.T, n int64) {
	old := maxTotal
	maxTotal = n
	t.Cleanup(func() { maxTotal = old })
}
