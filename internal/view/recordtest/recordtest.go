// Package recordtest gives tests the record of a store as the JSON that people
// get, so that two can be compared byte for byte.
package recordtest

import (
	"bytes"
	"testing"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// Export is the record of a store as JSON.
func Export(t testing.TB, s store.Store) string {
	t.Helper()
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
