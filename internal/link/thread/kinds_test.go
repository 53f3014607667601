package thread

import (
	"testing"

	"github.com/readout-news/readout/lexicons"
)

// TestKindsAreNamed holds that every type of event that can be of a thread has
// a noun, so that no title ends in a colon.
func TestKindsAreNamed(t *testing.T) {
	kinds, err := loadKinds()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{"NONE": true, "STATEMENT": true, "CONFIRM": true, "DENY": true, "DECLINE-COMMENT": true}
	err = lexicons.Rows(lexicons.FS, "en/events/triggers.tsv", 7, func(c []string) error {
		if typ := c[4]; !seen[typ] {
			seen[typ] = true
			if kinds[typ+" -"] == "" {
				t.Errorf("%s has no noun in %s", typ, kindsFile)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 20 {
		t.Errorf("only %d types read", len(seen))
	}
}
