package names

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout/internal/nlp"
)

// TestUnlisted marks the word Karvany wherever it stands, as a person or, in
// the sentences that start with "+", as a place.
func TestUnlisted(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		name  string
		texts []string
		want  nlp.MentionType
	}{
		{"organ of state", []string{"Karvany said so .", "It was Karvany 's foreign ministry ."}, nlp.PlaceName},
		{"typographic apostrophe", []string{"Karvany said so .", "It was Karvany ’s parliament ."}, nlp.PlaceName},
		{"capital", []string{"Karvany said so .", "They met in the capital , Karvany ."}, nlp.PlaceName},
		{"office of", []string{"Karvany said so .", "So did the foreign minister of Karvany ."}, nlp.PlaceName},
		{"kind of place", []string{"Karvany said so .", "Rain fell on the city of Karvany ."}, nlp.PlaceName},
		{"compound", []string{"Karvany said so .", "The Karvany coastguard left ."}, nlp.PlaceName},
		{"motion", []string{"Karvany said so .", "She flew to Karvany ."}, nlp.PlaceName},
		{"dateline", []string{"KARVANY , 14 March ( Harbour Wire ) — All went home .", "Karvany said so ."}, nlp.PlaceName},
		{"preposition and the model", []string{"Karvany said so .", "+ The ship came from Karvany ."}, nlp.PlaceName},
		{"one hint alone", []string{"Karvany said so .", "The ship came from Karvany ."}, nlp.PersonName},
		{"nothing", []string{"Karvany said so .", "They saw Karvany ."}, nlp.PersonName},
		{"what a person has too", []string{"Karvany said so .", "It was Karvany 's government ."}, nlp.PersonName},
		{"view of a person", []string{"Karvany said so .", "Nothing changed in Karvany 's view ."}, nlp.PersonName},
		{"confidence in", []string{"Karvany said so .", "They lost confidence in Karvany ."}, nlp.PersonName},
		{"form of address", []string{"Mr Karvany said so .", "He came from the coast of Karvany ."}, nlp.PersonName},
		{"title", []string{"President Karvany said so .", "They lived in Karvany ."}, nlp.PersonName},
		{"pronoun", []string{"Karvany himself said so .", "They lived in Karvany ."}, nlp.PersonName},
		{"who", []string{"Karvany , who spoke , left .", "They trade in Karvany ."}, nlp.PersonName},
	} {
		doc := sentences(c.texts...)
		var found []name
		for i := range doc.Tokens {
			if !strings.EqualFold(doc.Word(i), "Karvany") {
				continue
			}
			n := name{first: i, last: i + 1, typ: nlp.PersonName, conf: 0.95, rule: ruleCRF}
			if doc.Word(doc.Sentences[doc.Tokens[i].Sent].First) == "+" {
				n.typ = nlp.PlaceName
			}
			found = append(found, n)
		}
		f.unlisted(doc, found)
		for _, n := range found {
			if was := n.rule == ruleCRF; n.typ != c.want && !(was && n.typ == nlp.PlaceName) {
				t.Errorf("%s: %q is a %s, want %s", c.name, doc.Text(doc.TokenSpan(n.first, n.last)), n.typ, c.want)
			} else if changed := n.typ == nlp.PlaceName && doc.Word(doc.Sentences[doc.Tokens[n.first].Sent].First) != "+"; changed != (n.rule == ruleEvidence) {
				t.Errorf("%s: %s by rule %s", c.name, n.typ, n.rule)
			}
		}
	}
}

func TestUnlistedOthers(t *testing.T) {
	f := testFinder(t)
	t.Run("beside a place", func(t *testing.T) {
		doc := sentences("Karvany said so .", "Talks of Sollund and Karvany failed .", "It came from Karvany .", "Sollund 's capital is far .")
		found := []name{
			at(t, doc, 0, "Karvany", nlp.PersonName, 0.9), at(t, doc, 0, "Sollund", nlp.PersonName, 0.9),
			at(t, doc, 5, "Karvany", nlp.PersonName, 0.9), at(t, doc, 12, "Karvany", nlp.PersonName, 0.9),
			at(t, doc, 16, "Sollund", nlp.PersonName, 0.9),
		}
		f.unlisted(doc, found)
		for _, n := range found {
			if n.typ != nlp.PlaceName {
				t.Errorf("token %d is a %s", n.first, n.typ)
			}
		}
	})
	t.Run("last word of a full name", func(t *testing.T) {
		doc := sentences("Ilse Karvany said so .", "They met near Karvany .", "It came from Karvany .")
		found := []name{
			at(t, doc, 0, "Ilse Karvany", nlp.PersonName, 0.9),
			at(t, doc, 2, "Karvany", nlp.PersonName, 0.9), at(t, doc, 10, "Karvany", nlp.PersonName, 0.9),
		}
		f.unlisted(doc, found)
		for _, n := range found {
			if n.typ != nlp.PersonName {
				t.Errorf("token %d is a %s", n.first, n.typ)
			}
		}
	})
	t.Run("man of", func(t *testing.T) {
		doc := sentences("President Ilse Maren of Karvany left .", "Karvany said so .")
		found := []name{
			at(t, doc, 0, "Ilse Maren", nlp.PersonName, 0.9),
			at(t, doc, 0, "Karvany", nlp.PersonName, 0.9), at(t, doc, 7, "Karvany", nlp.PersonName, 0.9),
		}
		f.unlisted(doc, found)
		if found[1].typ != nlp.PlaceName || found[2].typ != nlp.PlaceName || found[0].typ != nlp.PersonName {
			t.Errorf("got %q", spell(doc, found))
		}
	})
	t.Run("bodies and listed names", func(t *testing.T) {
		doc := sentences("Karvany , which paid , has a branch in Karvany .", "Paris Hilton said Paris fell in Paris .")
		found := []name{
			at(t, doc, 0, "Karvany", nlp.OrgName, 0.9), at(t, doc, 1, "Karvany", nlp.OrgName, 0.9),
			at(t, doc, 13, "Paris", nlp.PersonName, 0.9),
		}
		f.unlisted(doc, found)
		for _, n := range found {
			if n.rule != ruleCRF {
				t.Errorf("token %d became a %s", n.first, n.typ)
			}
		}
	})
}

func TestDatelineEnd(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"LINDVIK , Sollund , 14 March ( Harbour Wire ) — All went home .", 6},
		{"LINDVIK — All went home .", 1},
		{"LINDVIK , March 14 ( SNA ) -- All went home .", 4},
		{"Lindvik ( Harbour Wire ) — All went home .", 0},
		{"UN envoys — three of them — left .", 0},
		{"LINDVIK ( Harbour Wire ) all went home .", 0},
	} {
		doc := sentences(c.text)
		if got := datelineEnd(doc, doc.Sentences[0]); got != c.want {
			t.Errorf("%q: got %d, want %d", c.text, got, c.want)
		}
	}
}

func TestEvidenceRows(t *testing.T) {
	f := testFinder(t)
	for side, list := range map[string]map[string]cue{"before": f.lex.evidence.before, "after": f.lex.evidence.after} {
		for phrase := range list {
			if phrase != strings.ToLower(phrase) || phrase != strings.Join(strings.Fields(phrase), " ") {
				t.Errorf("%s: %q never fits", side, phrase)
			}
		}
	}
	for _, row := range []string{"in\tbeside\tplace\t2", "in\tbefore\torganization\t2", "in\tbefore\tplace\t5", "in\tbefore\tplace\t", "in\tbefore\tplace\t22"} {
		table := cueTable{before: map[string]cue{}, after: map[string]cue{}}
		if err := table.add(strings.Split(row, "\t")); err == nil {
			t.Errorf("%q: no error", row)
		}
	}
	if _, err := loadLexicon(fstest.MapFS{}); err == nil {
		t.Error("no error without files")
	}
}
