package timex

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// ruleSet is the compiled content of the rule files.
type ruleSet struct {
	vocab      *vocabulary
	classes    []*class
	classByID  map[string]int
	rules      []*rule
	byWord     [][]int32 // word id → rules that can begin with it, in file order
	byDigits   []int32   // rules that can begin with a run of digits
	modifiers  []*modifier
	number     numberClasses
	cues       []direction // word id → whether a phrase that tells tense begins with it
	cuePhrases map[int32][]cuePhrase
}

// class is a named list of phrases, each with a value.
type class struct {
	name    string
	entries []classEntry
	byFirst map[int32][]int // first word id → entries, longest phrase first
	where   string
}

type classEntry struct {
	value  string
	phrase []int32
	upper  bool // the text must begin with an upper-case letter
}

// rule is one pattern with what it makes of a match.
type rule struct {
	name     string
	where    string // file:line
	progs    []program
	caps     []string // names of the captures, by slot
	groups   []string // names of the spans, by slot
	emits    []emit
	skip     bool // takes the match and makes nothing: "Sunday Times"
	vague    bool
	after    [][]int32 // phrases of which one must end right before the match
	notAfter [][]int32
	before   []program // patterns of which one must match right after
	notBefor []program
	examples []example
	src      ruleSource
}

// ruleSource holds the lines of a rule until all classes are known.
type ruleSource struct {
	match, after, notAfter, before, notBefore []line
	emits                                     []line
}

// emit makes one timex of a match.
type emit struct {
	group int // slot of the span, -1 for the whole match
	verb  string
	args  map[string]arg
}

// arg is a literal or a capture.
type arg struct {
	literal string
	slot    int // -1 for a literal
}

// modifier is a phrase before or after an expression that changes it.
type modifier struct {
	mod    string
	target string // "duration", "point" or "offset" (a distance or a clock)
	after  bool
	phrase []int32
	where  string
}

// example is one tested use of a rule.
type example struct {
	where     string
	published string
	text      string
	want      []exampleTimex
}

type exampleTimex struct{ text, typ, value, mod string }

type line struct {
	where string
	text  string
}

// verbs lists what a rule can make and the arguments each verb reads.
func verbs() map[string][]string {
	return map[string][]string{
		"date": {
			"century", "decade", "year", "yy", "half", "quarter", "season", "month", "day", "weekday",
			"part", "hhmm", "hour", "minute", "until", "ampm", "noon", "zone", "rel", "yearrel", "holiday", "era", "mod", "nth", "from", "grain", "monthrel",
		},
		"shift":    {"n", "n2", "unit", "unit2", "dir", "from", "part", "grain", "mod", "hour", "minute", "ampm", "noon", "zone"},
		"duration": {"n", "n2", "max", "unit", "unit2", "half", "mod", "value"},
		"elided":   {"n"},
		"set":      {"n", "unit", "weekday", "month", "season", "part", "value", "day", "holiday"},
		"ref":      {"value", "from"},
	}
}

// parseFS reads every .rules file of dir in the order of names and compiles
// the rules. Errors name the file and line.
func parseFS(files fs.FS, dir string) (*ruleSet, error) {
	names, err := fs.Glob(files, dir+"/*.rules")
	if err != nil {
		return nil, fmt.Errorf("list rules in %s: %w", dir, err)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, fmt.Errorf("no .rules file in %s", dir)
	}
	p := newParser()
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		base := name[strings.LastIndexByte(name, '/')+1:]
		if err := p.file(base, string(data)); err != nil {
			return nil, err
		}
	}
	return p.compile()
}

// parser collects blocks; compile turns them into a ruleSet.
type parser struct {
	set     *ruleSet
	defines map[string]line
	names   map[string]string // rule name → where
}

func newParser() *parser {
	return &parser{
		set:     &ruleSet{vocab: newVocabulary(), classByID: map[string]int{}},
		defines: map[string]line{},
		names:   map[string]string{},
	}
}

// file reads one rule file: blocks that begin at the margin, each followed by
// indented lines.
func (p *parser) file(name, text string) error {
	var block func(line) error
	for i, raw := range strings.Split(text, "\n") {
		l := line{where: fmt.Sprintf("%s:%d", name, i+1), text: strings.TrimRight(raw, " \t\r")}
		if l.text == "" || strings.HasPrefix(strings.TrimSpace(l.text), "#") {
			continue
		}
		indented := l.text[0] == ' ' || l.text[0] == '\t'
		l.text = strings.TrimSpace(l.text)
		if indented {
			if block == nil {
				return fmt.Errorf("%s: an indented line outside of a block", l.where)
			}
			if err := block(l); err != nil {
				return err
			}
			continue
		}
		var err error
		if block, err = p.open(l); err != nil {
			return err
		}
	}
	return nil
}

// open begins a block and returns the reader of its lines.
func (p *parser) open(l line) (func(line) error, error) {
	word, rest, _ := strings.Cut(l.text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "class":
		if rest == "" || strings.ContainsAny(rest, " <>:{}") {
			return nil, fmt.Errorf("%s: class needs one plain name, has %q", l.where, rest)
		}
		if _, dup := p.set.classByID[rest]; dup || isBuiltin(rest) {
			return nil, fmt.Errorf("%s: class %s is defined already", l.where, rest)
		}
		c := &class{name: rest, byFirst: map[int32][]int{}, where: l.where}
		p.set.classByID[rest] = len(p.set.classes)
		p.set.classes = append(p.set.classes, c)
		return func(l line) error { return p.classLine(c, l) }, nil
	case "define":
		name, pattern, _ := strings.Cut(rest, " ")
		if name == "" {
			return nil, fmt.Errorf("%s: define needs a name and a pattern", l.where)
		}
		if _, dup := p.defines[name]; dup {
			return nil, fmt.Errorf("%s: %s is defined already", l.where, name)
		}
		p.defines[name] = line{l.where, strings.TrimSpace(pattern)}
		return func(more line) error { // continuation lines
			d := p.defines[name]
			d.text += " " + more.text
			p.defines[name] = d
			return nil
		}, nil
	case "modifiers":
		target, side, _ := strings.Cut(rest, " ")
		if !slices.Contains([]string{"duration", "point", "offset"}, target) || side != "before" && side != "after" {
			return nil, fmt.Errorf("%s: modifiers (duration|point|offset) (before|after), has %q", l.where, rest)
		}
		return func(l line) error { return p.modifierLine(target, side == "after", l) }, nil
	case "rule":
		if rest == "" || strings.Contains(rest, " ") {
			return nil, fmt.Errorf("%s: rule needs one name, has %q", l.where, rest)
		}
		if at, dup := p.names[rest]; dup {
			return nil, fmt.Errorf("%s: rule %s is defined at %s already", l.where, rest, at)
		}
		p.names[rest] = l.where
		r := &rule{name: rest, where: l.where}
		p.set.rules = append(p.set.rules, r)
		return func(l line) error { return r.line(l) }, nil
	}
	return nil, fmt.Errorf("%s: unknown block %q", l.where, word)
}

// classLine reads "value = phrase | phrase".
func (p *parser) classLine(c *class, l line) error {
	value, list, ok := strings.Cut(l.text, "=")
	if !ok {
		return fmt.Errorf("%s: class lines read value = phrase | phrase", l.where)
	}
	for _, text := range strings.Split(list, "|") {
		phrase, err := p.phrase(text)
		if err != nil {
			return fmt.Errorf("%s: %w", l.where, err)
		}
		upper := strings.ToLower(text) != text
		c.entries = append(c.entries, classEntry{value: strings.TrimSpace(value), phrase: phrase, upper: upper})
	}
	return nil
}

// modifierLine reads "MOD = phrase | phrase".
func (p *parser) modifierLine(target string, after bool, l line) error {
	mod, list, ok := strings.Cut(l.text, "=")
	if !ok {
		return fmt.Errorf("%s: modifier lines read MOD = phrase | phrase", l.where)
	}
	for _, text := range strings.Split(list, "|") {
		phrase, err := p.phrase(text)
		if err != nil {
			return fmt.Errorf("%s: %w", l.where, err)
		}
		p.set.modifiers = append(p.set.modifiers, &modifier{
			mod: strings.TrimSpace(mod), target: target, after: after, phrase: phrase, where: l.where,
		})
	}
	return nil
}

// phrase numbers the atoms of text.
func (p *parser) phrase(text string) ([]int32, error) {
	var out []int32
	scratch := newVocabulary()
	for _, a := range scratch.atomize(nil, text, 0, len(text)) {
		w := lower(text[a.Start:a.End])
		if a.kind == kindMark {
			r, _ := decode(text, a.Start)
			w = string(plainMark(r))
		}
		out = append(out, p.set.vocab.add(w))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("empty phrase")
	}
	return out, nil
}

// line reads one indented line of a rule.
func (r *rule) line(l line) error {
	word, rest, _ := strings.Cut(l.text, " ")
	rest = strings.TrimSpace(rest)
	l.text = rest
	switch word {
	case "match":
		r.src.match = append(r.src.match, l)
	case "after":
		r.src.after = append(r.src.after, l)
	case "not-after":
		r.src.notAfter = append(r.src.notAfter, l)
	case "before":
		r.src.before = append(r.src.before, l)
	case "not-before":
		r.src.notBefore = append(r.src.notBefore, l)
	case "make":
		r.src.emits = append(r.src.emits, l)
	case "skip":
		r.skip = true
	case "vague":
		r.vague = true
	case "example":
		ex, err := parseExample(l)
		if err != nil {
			return err
		}
		r.examples = append(r.examples, ex)
	default:
		return fmt.Errorf("%s: unknown line %q in rule %s", l.where, word, r.name)
	}
	return nil
}

// parseExample reads
//
//	[@DATE] "text" = "span" TYPE VALUE [MOD] ; "span" …
//
// or "text" = none. @none leaves the publication date unknown.
func parseExample(l line) (example, error) {
	ex := example{where: l.where, published: exampleDay}
	rest := l.text
	if strings.HasPrefix(rest, "@") {
		date, tail, _ := strings.Cut(rest[1:], " ")
		ex.published, rest = date, strings.TrimSpace(tail)
		if date == "none" {
			ex.published = ""
		}
	}
	text, rest, err := quoted(rest)
	if err != nil {
		return ex, fmt.Errorf("%s: %w", l.where, err)
	}
	ex.text = text
	rest = strings.TrimSpace(rest)
	if !strings.HasPrefix(rest, "=") {
		return ex, fmt.Errorf("%s: example needs = after its text", l.where)
	}
	rest = strings.TrimSpace(rest[1:])
	if rest == "none" {
		return ex, nil
	}
	for rest != "" {
		var t exampleTimex
		if t.text, rest, err = quoted(rest); err != nil {
			return ex, fmt.Errorf("%s: %w", l.where, err)
		}
		part, tail, _ := strings.Cut(rest, ";")
		rest = strings.TrimSpace(tail)
		f := strings.Fields(part)
		if len(f) < 2 || len(f) > 3 {
			return ex, fmt.Errorf("%s: example expects \"span\" TYPE VALUE [MOD], has %q", l.where, part)
		}
		t.typ, t.value = f[0], f[1]
		if len(f) == 3 {
			t.mod = f[2]
		}
		ex.want = append(ex.want, t)
	}
	return ex, nil
}

// quoted splits a Go string literal off s.
func quoted(s string) (text, rest string, err error) {
	lit, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", fmt.Errorf("expected a quoted text at %q", s)
	}
	text, err = strconv.Unquote(lit)
	if err != nil {
		return "", "", fmt.Errorf("unquote %s: %w", lit, err)
	}
	return text, s[len(lit):], nil
}

// exampleDay is the publication date of examples that name none.
const exampleDay = "2031-03-13" // a Thursday

func lower(s string) string { return strings.ToLower(s) }
