package eval

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Gold is the marked reading of a folder of reports: the files of
// ../shared/gold, or of any folder in that format. Offsets are Unicode code
// points of the raw file, as in the record's JSON.
type Gold struct {
	documents []struct {
		Doc       string   `json:"doc"` // what the report's file name begins with: "000"
		Outlet    goldText `json:"outlet"`
		Published struct {
			Value *string `json:"value"`
		} `json:"publication_date"`
	}
	entities []struct {
		ID        string `json:"id"`
		Canonical string `json:"canonical"`
		Mentions  []struct {
			goldSpan
			Kind string    `json:"kind"`
			Core *goldSpan `json:"core_name"` // without titles
		} `json:"mentions"`
	}
	events     []goldEvent
	quotations []goldQuotation
	claims     []struct {
		Event     string   `json:"event"`
		Attribute string   `json:"attribute"`
		Verdict   string   `json:"verdict"`
		Files     []string `json:"files"`
		Values    []struct {
			Normalised json.RawMessage `json:"normalised"` // an object for quantities, else text or a list
			Evidence   goldSpan        `json:"evidence"`
		} `json:"values"`
	}
	positions []struct {
		Stance   string   `json:"stance"`
		Evidence goldSpan `json:"evidence"`
	}
	responses []struct {
		Kind     string   `json:"kind"`
		Evidence goldSpan `json:"evidence"`
	}
	timexes []struct {
		Span         goldSpan `json:"span"`
		Value        string   `json:"value"`
		Alternatives []any    `json:"alternatives"`
		Optional     bool     `json:"optional"`
	}
}

type goldEvent struct {
	ID           string   `json:"id"`
	Type         string   `json:"type"`
	Status       string   `json:"status"`
	Date         goldText `json:"date"`
	Participants []struct {
		Entity *string `json:"entity"`
	} `json:"participants"`
	Mentions []struct {
		File    string    `json:"file"`
		Trigger codeRange `json:"trigger_span"`
	} `json:"mentions"`
}

type goldQuotation struct {
	File         string          `json:"file"`
	Type         string          `json:"type"`
	Content      []codeRange     `json:"content_spans"`
	Speaker      json.RawMessage `json:"speaker"` // one entity or a list
	Chain        []any           `json:"attribution_chain"`
	Hypothetical bool            `json:"hypothetical"`
}

// goldText is the value of a field that also tells its basis; "" for null.
type goldText struct {
	Value string `json:"value"`
}

// codeRange is a half-open range of code points of one report.
type codeRange struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

func (a codeRange) overlaps(b codeRange) bool { return a.Start < b.End && b.Start < a.End }

type goldSpan struct {
	codeRange
	File string `json:"file"`
}

// ReadGold reads the files of a folder of gold.
func ReadGold(dir string) (*Gold, error) {
	g := &Gold{}
	for _, f := range []struct {
		name string
		into any
	}{
		{"documents", &g.documents},
		{"entities", &g.entities},
		{"events", &g.events},
		{"quotations", &g.quotations},
		{"claims", &g.claims},
		{"positions", &g.positions},
		{"responses", &g.responses},
		{"timexes", &g.timexes},
	} {
		path := filepath.Join(dir, f.name+".json")
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, f.into); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	// A quotation without words of its own cannot be matched.
	kept := g.quotations[:0]
	for _, q := range g.quotations {
		if len(q.Content) > 0 {
			kept = append(kept, q)
		}
	}
	g.quotations = kept
	return g, nil
}

// docOf is the number that a gold file name begins with.
func docOf(file string) string { return file[:min(3, len(file))] }

// kind is the type of a statement of the record that q is.
func (q *goldQuotation) kind() string {
	if q.Type == "free_direct" { // the words of a person outside the marks
		return "direct"
	}
	return q.Type
}

// speakers are the entities that said q; a nil one stands for a speaker that
// is not known.
func (q *goldQuotation) speakers() []*string {
	var many []*string
	if json.Unmarshal(q.Speaker, &many) == nil && many != nil {
		return many
	}
	var one *string
	if json.Unmarshal(q.Speaker, &one) != nil {
		return nil
	}
	return []*string{one}
}

// relays counts the links of q's chain before the report's outlet, which gold
// calls "this outlet" or by its name.
func (g *Gold) relays(q *goldQuotation) (n int) {
	for _, link := range q.Chain {
		if s, ok := link.(string); !ok || !g.isOutlet(s) {
			n++
		}
	}
	return n
}

func (g *Gold) isOutlet(link string) bool {
	if strings.HasPrefix(link, "this outlet") {
		return true
	}
	for _, d := range g.documents {
		// The name comes before what explains it: "Voice (Voice media, voice.example)".
		if name, _, _ := strings.Cut(d.Outlet.Value, " ("); name != "" && strings.HasPrefix(link, name) {
			return true
		}
	}
	return false
}

// stanceGroup tells which stances count as one; the others are not scored.
func stanceGroup(stance string) string {
	switch stance {
	case "demand", "condition", "request", "order":
		return "demand"
	case "offer", "proposal":
		return "offer"
	case "refusal", "rejection":
		return "refusal"
	case "commitment", "conditional commitment", "acceptance":
		return "commitment"
	case "accusation", "alleged violation", "violation":
		return "accusation"
	case "warning", "goal":
		return stance
	}
	return ""
}

// responseKind is the kind of the record that a gold response is of; "" for
// those that are not scored.
func responseKind(kind string) string {
	switch {
	case kind == "denial":
		return "deny"
	case kind == "no comment", kind == "refusal to disclose", kind == "no details given":
		return "decline"
	case kind == "not available":
		return "unavailable"
	case strings.Contains(kind, "neither"):
		return "neither"
	case strings.HasPrefix(kind, "confirmation"):
		return "confirm"
	case strings.HasPrefix(kind, "acknowledgement"):
		return "acknowledge"
	}
	return ""
}

// meets are the gold types that are one contact of people or bodies.
func meets(t string) bool { return t == "phone call" || t == "meeting" || t == "talks" }

// near are contacts that gold has under other types, planned, alleged, summed
// up or vague: finding one neither helps nor hurts.
func near(t string) bool {
	switch t {
	case "planned meeting", "planned negotiations", "planned talks", "plan", "phone calls (aggregate)", "phone calls (alleged)",
		"contacts", "interview", "mediation effort", "preparation", "offer", "order":
		return true
	}
	return false
}
