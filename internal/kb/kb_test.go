package kb

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func load(t testing.TB) *KB {
	t.Helper()
	k, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestLoad(t *testing.T) {
	start := time.Now()
	k := load(t)
	t.Logf("%d entries in %s", len(k.Entries()), time.Since(start))
	states := 0
	for _, e := range k.Entries() {
		if e.Type == State {
			states++
			if e.Country == "" || len(e.Names) == 0 {
				t.Errorf("%s: no code or name", e.Key)
			}
		}
		for _, r := range e.Roles {
			if r.From != "" && r.To != "" && r.From > r.To {
				t.Errorf("%s: %s from %s to %s", e.Key, r.Title, r.From, r.To)
			}
		}
		if e.Of != "" && k.ByKey(e.Of) == nil {
			t.Errorf("%s belongs to %s, which is not there", e.Key, e.Of)
		}
	}
	if states < 190 || states > 205 {
		t.Errorf("%d states", states)
	}
}

func TestHeaders(t *testing.T) {
	files, err := filepath.Glob("../../lexicons/kb/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no lists: %v", err)
	}
	for _, f := range []string{"states", "seats", "bodies", "outlets", "leaders", "titles", "given"} {
		files = append(files, "../../lexicons/en/"+f+".tsv")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		head := string(data[:min(len(data), 1500)])
		for _, want := range []string{"# source: ", "# licence: ", "# date: ", "# format: "} {
			if !strings.Contains(head, want) {
				t.Errorf("%s: no line %q", f, want)
			}
		}
	}
}

func TestLookups(t *testing.T) {
	k := load(t)
	for _, c := range []struct{ name, got, want string }{
		{"state by name", key(k.State("Russia")), "state:RU"},
		{"state by acronym", key(k.State("U.S.")), "state:US"},
		{"state by initials", key(k.State("US")), "state:US"},
		{"a code is no name", key(k.State("GM")), ""},
		{"pronoun is no state", key(k.State("us")), ""},
		{"adjective", key(k.Nationality("Ukrainian")), "state:UA"},
		{"demonym", key(k.Nationality("Russians")), "state:RU"},
		{"adjective that is no demonym", key(k.Nationality("British")), "state:GB"},
		{"capital", key(k.CapitalOf("Moscow")), "state:RU"},
		{"capital with diacritics", key(k.CapitalOf("Bogota")), "state:CO"},
		{"no capital", key(k.CapitalOf("Istanbul")), ""},
		{"seat", key(k.SeatOf("the Kremlin")), "org:kremlin"},
		{"no seat", key(k.SeatOf("Moscow")), ""},
		{"domain", key(k.OutletByDomain("www.reuters.com")), "outlet:reuters"},
		{"host below a domain", key(k.OutletByDomain("edition.cnn.com")), "outlet:cnn"},
		{"unknown domain", key(k.OutletByDomain("example.org")), ""},
		{"holder", key(k.Holder("president", "FR", "2016-03-01")), "person:fr/francois-hollande"},
		{"holder of a body", key(k.Holder("secretary general", "org:nato", "2020-01-01")), "person:no/jens-stoltenberg"},
		{"holder today", key(k.Holder("president", "RU", "2025-03-18")), "person:ru/vladimir-putin"},
		{"nobody known then", key(k.Holder("president", "RU", "1980-01-01")), ""},
		{"later than the lists", key(k.Holder("president", "FR", "2031-01-01")), ""},
		{"no date", key(k.Holder("president", "FR", "")), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func key(e *Entry) string {
	if e == nil {
		return ""
	}
	return e.Key
}

func TestFold(t *testing.T) {
	same := [][]string{
		{"Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskij"},
		{"Yury", "Yuri", "Yuriy"},
		{"Alexei", "Aleksey", "Alexey"},
		{"Dmitry", "Dmitri", "Dmitriy"},
		{"Tokayev", "Tokaev"},
		{"Yevgeny", "Evgeny", "Evgeniy"},
		{"Erdoğan", "Erdogan"},
		{"Schröder", "Schroeder"},
		{"Assad", "Asad"},
		{"Bashar al-Assad", "Bashar Assad"},
		{"Sergei", "Sergey", "Sergej"},
		{"Khamenei", "Hamenei"},
		{"Kim Jong-un", "Kim Jong Un"},
		{"Benyamin", "Benjamin"},
	}
	for _, s := range same {
		for _, x := range s[1:] {
			if Fold(s[0]) != Fold(x) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", s[0], Fold(s[0]), x, Fold(x))
			}
		}
	}
	for _, d := range [][2]string{{"Volodymyr", "Vladimir"}, {"Maren", "Moren"}, {"Karlov", "Kozlov"}, {"Merz", "Marsh"}} {
		if Fold(d[0]) == Fold(d[1]) {
			t.Errorf("%q and %q fold alike", d[0], d[1])
		}
	}
}

func TestMatch(t *testing.T) {
	k := load(t)
	for _, c := range []struct {
		text string
		from int
		n    int
		mask Mask
	}{
		{"the United Nations Security Council met", 1, 4, IsOrganization},
		{"officials in the U.S. said", 3, 1, IsState},
		{"told us about it", 1, 0, 0},
		{"New York Times reported", 0, 3, IsOutlet},
		{"the Russian president", 1, 1, IsNationality},
		{"Agence France - Presse said", 0, 4, IsOutlet},
		{"prime minister of Sollund", 0, 2, IsTitle},
		{"Kremlin spokesman", 0, 1, IsSeat},
		{"Sollund said", 0, 0, 0},
	} {
		n, mask := k.Match(strings.Fields(c.text), c.from)
		if n != c.n || mask&c.mask != c.mask || c.n == 0 && mask != 0 {
			t.Errorf("%q from %d: %d words, mask %b; want %d, %b", c.text, c.from, n, mask, c.n, c.mask)
		}
	}
}

func TestGivenNames(t *testing.T) {
	k := load(t)
	for _, c := range []struct {
		a, b string
		want bool
	}{{"Joe", "Joseph", true}, {"J.", "Joseph", true}, {"Bill", "William", true}, {"Ilse", "Dana", false}, {"Sergei", "Sergey", true}} {
		if got := k.SameGiven(c.a, c.b); got != c.want {
			t.Errorf("SameGiven(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func TestTitles(t *testing.T) {
	k := load(t)
	for phrase, want := range map[string]string{"Prime Ministers": "head-of-government", "foreign minister": "minister", "Spokeswoman": "spokesperson", "secretaries of state": "minister"} {
		if got := k.TitleOf(phrase); got == nil || got.Kind != want {
			t.Errorf("TitleOf(%q) = %+v, want %s", phrase, got, want)
		}
	}
}

func TestLoadFSErrors(t *testing.T) {
	for name, line := range map[string]string{
		"type":    "x:1\tanimal\t\t\tRex",
		"no name": "x:1\tperson",
		"role":    "x:1\tperson\t\t\tDana Whitlock\trole=mayor",
		"columns": "x:1\tperson\t\t\tDana Whitlock\t\textra",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := LoadFS(fstest.MapFS{"kb/x.tsv": {Data: []byte("# source: own\n" + line + "\n")}}); err == nil || !strings.Contains(err.Error(), "kb/x.tsv:2") {
				t.Errorf("error %v names no line", err)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("person:so/ilse-maren\tperson\tSO\t\tIlse Maren\tsur=Maren;role=foreign minister@SO@2020-01-01@"), "Ilse Maren")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		k, err := LoadFS(fstest.MapFS{"kb/x.tsv": {Data: data}, "en/titles.tsv": {Data: data}, "en/given.tsv": {Data: data}})
		if err != nil {
			return
		}
		if !slices.IsSortedFunc(k.Entries(), func(a, b *Entry) int { return strings.Compare(a.Key, b.Key) }) {
			t.Error("entries are not sorted")
		}
		words := strings.Fields(name)
		for i := range words {
			if n, _ := k.Match(words, i); n < 0 || i+n > len(words) {
				t.Errorf("match of %d words at %d of %d", n, i, len(words))
			}
		}
		k.Lookup(name)
		if Phrase(Phrase(name)) != Phrase(name) && !strings.Contains(name, "'") && strings.Count(Phrase(name), "the") == 0 {
			t.Errorf("Phrase is not stable on %q: %q", name, Phrase(name))
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
