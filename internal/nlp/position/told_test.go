package position_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/nlp"
)

// TestHeadline reads titles: the first line of a report, without a full stop.
func TestHeadline(t *testing.T) {
	const body = "\n\nTroops from Sollund crossed into Karvany in May. Citizens of Karvany fled to Orrin. Ilse Maren, the president of Sollund, left for Dorne."
	tests := []struct{ title, want string }{
		{"Sollund, Karvany to lift tariffs on fish", "Sollund <lift tariffs on fish>|Karvany <lift tariffs on fish>"},
		{"Ilse Maren Will Testify To Senate Panel", "Ilse Maren <Testify To Senate Panel>"},
		{"Orrin urges Sollund to lift tariffs on fish", ""},
		{"Sollund to become richer than Karvany", ""},
		{"Sollund to lift tariffs on fish.", ""},
		{"Ilse Maren to Karvany: Never threaten us", ""},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			doc := read(t, tt.title+body)
			var got []string
			for i := range doc.Positions {
				if p := &doc.Positions[i]; p.By.Rule == "position/headline/to" && p.Party != nlp.None {
					got = append(got, doc.Chains[p.Party].Name+" <"+doc.Text(p.Terms)+">")
				}
			}
			if g := strings.Join(got, "|"); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
		})
	}
}
