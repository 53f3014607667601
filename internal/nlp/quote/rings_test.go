package quote

import "testing"

// TestNoRings: nobody hands on his own words, by whatever way round.
func TestNoRings(t *testing.T) {
	for _, text := range []string{
		"The plan said the two sides according to never a spokesman",
		"the two sides if as saying said two hours not “the quoted if ” denied Karvany before said said , if quoted",
	} {
		if err := read(t, text).Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
