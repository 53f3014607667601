package view

import (
	"fmt"
	"strings"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/lexicons"
)

// The lists that the questions of a matrix are made from.
const (
	questionFile = "en/questions/questions.tsv"
	nounFile     = "en/questions/nouns.tsv"
	voiceFile    = "en/questions/voices.tsv"
)

// questionRow is one line of questionFile.
type questionRow struct {
	attribute, typ, mode, when string // "-" any
	template, example          string
}

// eventNoun is what questions call an event.
type eventNoun struct {
	the    string // with its article
	plural bool
}

// phrases are the lists of this package.
type phrases struct {
	questions []questionRow
	nouns     map[[2]string]eventNoun // type and mode, "-" any
	voices    map[string][]string     // class → words
}

// load reads the lists once. They are embedded and held by tests: a damaged
// list is a defect of the build, and the error stays with the program.
var load = sync.OnceValues(func() (*phrases, error) {
	p := &phrases{nouns: map[[2]string]eventNoun{}, voices: map[string][]string{}}
	err := lexicons.Rows(lexicons.FS, questionFile, 6, func(c []string) error {
		p.questions = append(p.questions, questionRow{c[0], c[1], c[2], c[3], c[4], c[5]})
		return nil
	})
	if err != nil {
		return p, err
	}
	err = lexicons.Rows(lexicons.FS, nounFile, 4, func(c []string) error {
		if c[3] != "s" && c[3] != "p" {
			return fmt.Errorf("%q is neither s nor p", c[3])
		}
		p.nouns[[2]string{c[0], c[1]}] = eventNoun{c[2], c[3] == "p"}
		return nil
	})
	if err != nil {
		return p, err
	}
	err = lexicons.Rows(lexicons.FS, voiceFile, 2, func(c []string) error {
		switch c[0] {
		case "speaks", "of", "not":
		default:
			return fmt.Errorf("unknown class %q", c[0])
		}
		p.voices[c[0]] = append(p.voices[c[0]], strings.Split(c[1], "|")...)
		return nil
	})
	return p, err
})

// words are the lists. What a damaged one lacks is left out of questions, and a
// test fails before that.
func words() *phrases {
	p, _ := load()
	return p
}

// noun is what questions call an event of that type and mode.
func (p *phrases) noun(typ, mode string) eventNoun {
	for _, k := range [][2]string{{typ, mode}, {typ, "-"}} {
		if n, ok := p.nouns[k]; ok {
			return n
		}
	}
	return eventNoun{the: "it"}
}

// question picks the template that fits most closely: attribute before type
// before mode before time. An attribute with a unit ("number-killed") may fall
// back to the attribute.
func (p *phrases) question(attribute, typ, mode, when string) string {
	best, score := "", -1
	for _, q := range p.questions {
		n := 0
		switch base, _, _ := strings.Cut(attribute, "-"); q.attribute {
		case attribute:
			n += 8
		case base:
		default:
			continue
		}
		fits := true
		for _, x := range []struct {
			have, want string
			weight     int
		}{{q.typ, typ, 4}, {q.mode, mode, 2}, {q.when, when, 1}} {
			switch x.have {
			case "-":
			case x.want:
				n += x.weight
			default:
				fits = false
			}
		}
		if fits && n > score {
			best, score = q.template, n
		}
	}
	return best
}

// fill writes a template: {name} is replaced by its field, a part in [ ] is
// left out when a field in it is empty. ok is false when a field outside of any
// [ ] is empty.
func fill(template string, fields map[string]string) (s string, ok bool) {
	ok = true
	part := func(t string) (string, bool) {
		whole := true
		for {
			i := strings.IndexByte(t, '{')
			j := strings.IndexByte(t, '}')
			if i < 0 || j < i {
				return t, whole
			}
			f := fields[t[i+1:j]]
			if f == "" {
				whole = false
			}
			t = t[:i] + f + t[j+1:]
		}
	}
	var b strings.Builder
	for template != "" {
		i := strings.IndexByte(template, '[')
		j := strings.IndexByte(template, ']')
		if i < 0 || j < i {
			t, whole := part(template)
			b.WriteString(t)
			ok = ok && whole
			break
		}
		t, whole := part(template[:i])
		b.WriteString(t)
		ok = ok && whole
		if t, whole := part(template[i+1 : j]); whole {
			b.WriteString(t)
		}
		template = template[j+1:]
	}
	return b.String(), ok
}

// question asks in words what claims on one attribute of e answer. key is the
// attribute, with its unit for counts: "number-killed".
func (v *View) question(e *readout.Event, key string, claims []*readout.Claim) string {
	p := words()
	mode := e.Mode
	if mode == "" {
		mode = "-"
	}
	when := "past"
	switch e.Status {
	case readout.Planned, readout.Hypothetical:
		when = "ahead"
	}
	n := p.noun(e.Type, mode)
	fields := map[string]string{"the": n.the, "was": "was", "is": "is", "agent": v.inRole(e, "agent"), "patient": v.inRole(e, "patient", "recipient"), "group": "people"}
	if n.plural {
		fields["was"], fields["is"] = "were", "are"
	}
	attribute := key
	if unit, ok := strings.CutPrefix(key, "number-"); ok {
		of, group, special := strings.Cut(unit, "-")
		attribute = "number-" + of
		if special {
			fields["group"] = plural(strings.ReplaceAll(group, "-", " "))
		}
	}
	template := p.question(attribute, e.Type, mode, when)
	if s, ok := fill(template, fields); ok && s != "" {
		return s
	}
	// The kind of event asks for a party that the record does not know.
	s, _ := fill(p.question(attribute, "-", "-", when), fields)
	return s
}

// inRole names those who have one of the roles in e: "Karvany and Sollund".
func (v *View) inRole(e *readout.Event, roles ...string) string {
	var names []string
	for _, p := range e.Participants {
		for _, r := range roles {
			if n := v.EntityName(p.Entity); p.Role == r && n != "" {
				names = append(names, n)
			}
		}
	}
	return and(names)
}

// and writes a list in words: "Orrin, Karvany and Sollund".
func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// plural is the plural of an English noun.
func plural(n string) string {
	for one, many := range map[string]string{"child": "children", "man": "men", "person": "people", "police": "police"} {
		if s, ok := strings.CutSuffix(n, one); ok {
			return s + many
		}
	}
	switch {
	case strings.HasSuffix(n, "s"), strings.HasSuffix(n, "x"), strings.HasSuffix(n, "ch"), strings.HasSuffix(n, "sh"):
		return n + "es"
	case len(n) > 1 && strings.HasSuffix(n, "y") && !strings.ContainsRune("aeiou", rune(n[len(n)-2])):
		return n[:len(n)-1] + "ies"
	}
	return n + "s"
}

// Noun is what questions call an event, without its article: "call".
func Noun(e *readout.Event) string {
	mode := e.Mode
	if mode == "" {
		mode = "-"
	}
	return strings.TrimPrefix(words().noun(e.Type, mode).the, "the ")
}
