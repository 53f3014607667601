package lexicons

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestRows(t *testing.T) {
	files := fstest.MapFS{"en/boats.tsv": {Data: []byte("# boats\n\nferry\tlarge\nskiff\tsmall\n")}}
	var got [][]string
	if err := Rows(files, "en/boats.tsv", 2, func(c []string) error { got = append(got, c); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"ferry", "large"}, {"skiff", "small"}}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for name, err := range map[string]error{
		"en/boats.tsv:3: 2 fields, want 3": Rows(files, "en/boats.tsv", 3, nil),
		"en/boats.tsv:4: no skiffs": Rows(files, "en/boats.tsv", 0, func(c []string) error {
			if c[0] == "skiff" {
				return errors.New("no skiffs")
			}
			return nil
		}),
		"open list":  Rows(files, "en/trains.tsv", 1, nil),
		"read long:": Scan(strings.NewReader(strings.Repeat("x", longestLine+1)), "long", 0, func([]string) error { return nil }),
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}
