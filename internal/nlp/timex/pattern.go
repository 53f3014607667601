package timex

import (
	"fmt"
	"slices"
	"strings"
)

// opcode is one kind of instruction of a compiled pattern.
type opcode uint8

const (
	opLit     opcode = iota // arg: word id
	opClass                 // arg: class
	opBuiltin               // arg: builtin
	opSplit                 // try next instruction first, then arg
	opJump                  // go to arg
	opOpen                  // begin span arg
	opClose                 // end span arg
	opMatch
)

type inst struct {
	op    opcode
	arg   int32
	cap   int32 // capture slot of opClass and opBuiltin, -1 none
	upper bool  // opLit: the text must begin with an upper-case letter
}

// program is a compiled pattern, run by a backtracking matcher: patterns are
// short, and leftmost alternatives win as in Perl.
type program []inst

// maxProgram bounds the size of one compiled pattern, definitions included.
const maxProgram = 4096

// patternParser turns the text of one pattern into a program.
type patternParser struct {
	p     *parser
	r     *rule // owns captures and spans; nil in guards, which have none
	where string
	toks  []string
	pos   int
	prog  program
	depth int
}

// compilePattern compiles text. r may be nil for a guard.
func (p *parser) compilePattern(r *rule, l line) (program, error) {
	toks, err := p.lexPattern(l, 0)
	if err != nil {
		return nil, err
	}
	pp := &patternParser{p: p, r: r, where: l.where, toks: toks}
	if err := pp.alternatives(); err != nil {
		return nil, err
	}
	if pp.pos < len(pp.toks) {
		return nil, fmt.Errorf("%s: unexpected %q in pattern", l.where, pp.toks[pp.pos])
	}
	pp.prog = append(pp.prog, inst{op: opMatch})
	return pp.prog, nil
}

// lexPattern splits a pattern into operators, <classes> and words, with
// {definitions} put in their place.
func (p *parser) lexPattern(l line, depth int) ([]string, error) {
	if depth > 8 {
		return nil, fmt.Errorf("%s: definitions nest too deeply", l.where)
	}
	var out []string
	s := l.text
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t':
			i++
		case strings.IndexByte("()|?]", c) >= 0:
			out = append(out, string(c))
			i++
		case c == '<' || c == '{' || c == '[':
			end := strings.IndexByte(s[i:], map[byte]byte{'<': '>', '{': '}', '[': ':'}[c])
			if end < 0 {
				return nil, fmt.Errorf("%s: %q is not closed", l.where, s[i:])
			}
			item := s[i : i+end+1]
			i += end + 1
			if c != '{' {
				out = append(out, item)
				continue
			}
			def, ok := p.defines[item[1:len(item)-1]]
			if !ok {
				return nil, fmt.Errorf("%s: no definition %s", l.where, item)
			}
			inner, err := p.lexPattern(def, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(append(append(out, "("), inner...), ")")
		case c == '"':
			lit, rest, err := quoted(s[i:])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.where, err)
			}
			out = append(out, "\""+lit)
			i = len(s) - len(rest)
		default:
			end := strings.IndexAny(s[i:], " \t()|?<>{}[]\"")
			if end < 0 {
				end = len(s) - i
			}
			if end == 0 {
				return nil, fmt.Errorf("%s: unexpected %q in pattern", l.where, s[i:])
			}
			out = append(out, "\""+s[i:i+end])
			i += end
		}
		if len(out) > maxProgram {
			return nil, fmt.Errorf("%s: pattern too long", l.where)
		}
	}
	return out, nil
}

func (pp *patternParser) peek() string {
	if pp.pos < len(pp.toks) {
		return pp.toks[pp.pos]
	}
	return ""
}

// alternatives reads a | b | c.
func (pp *patternParser) alternatives() error {
	if pp.depth++; pp.depth > 32 {
		return fmt.Errorf("%s: pattern nests too deeply", pp.where)
	}
	defer func() { pp.depth-- }()
	start := len(pp.prog)
	if err := pp.sequence(); err != nil {
		return err
	}
	if pp.peek() != "|" {
		return nil
	}
	// Each branch but the last becomes: split next, L; branch; jump end; L:
	first := slices.Clone(pp.prog[start:])
	branches := []program{first}
	pp.prog = pp.prog[:start]
	for pp.peek() == "|" {
		pp.pos++
		if err := pp.sequence(); err != nil {
			return err
		}
		branches = append(branches, slices.Clone(pp.prog[start:]))
		pp.prog = pp.prog[:start]
	}
	size := 0
	for i, b := range branches {
		size += len(b)
		if i < len(branches)-1 {
			size += 2
		}
	}
	end := int32(start + size)
	for i, b := range branches {
		at := len(pp.prog)
		if i < len(branches)-1 {
			pp.prog = append(pp.prog, inst{op: opSplit, arg: int32(at + len(b) + 2)})
		}
		pp.prog = append(pp.prog, relocate(b, len(pp.prog)-start)...)
		if i < len(branches)-1 {
			pp.prog = append(pp.prog, inst{op: opJump, arg: end})
		}
	}
	return nil
}

// relocate moves the jump targets of a piece of program by delta.
func relocate(b program, delta int) program {
	out := slices.Clone(b)
	for i := range out {
		if out[i].op == opSplit || out[i].op == opJump {
			out[i].arg += int32(delta)
		}
	}
	return out
}

func (pp *patternParser) sequence() error {
	n := 0
	for {
		switch pp.peek() {
		case "", "|", ")", "]":
			if n == 0 {
				return fmt.Errorf("%s: empty pattern or branch", pp.where)
			}
			return nil
		}
		start := len(pp.prog)
		if err := pp.item(); err != nil {
			return err
		}
		if pp.peek() == "?" {
			pp.pos++
			body := relocate(pp.prog[start:], 1)
			pp.prog = append(pp.prog[:start], inst{op: opSplit, arg: int32(start + len(body) + 1)})
			pp.prog = append(pp.prog, body...)
		}
		if len(pp.prog) > maxProgram {
			return fmt.Errorf("%s: pattern too long", pp.where)
		}
		n++
	}
}

func (pp *patternParser) item() error {
	t := pp.peek()
	pp.pos++
	switch {
	case t == "(":
		if err := pp.alternatives(); err != nil {
			return err
		}
		return pp.expect(")")
	case t[0] == '[':
		if pp.r == nil {
			return fmt.Errorf("%s: spans cannot stand in a guard", pp.where)
		}
		slot := int32(slot(&pp.r.groups, t[1:len(t)-1]))
		pp.prog = append(pp.prog, inst{op: opOpen, arg: slot})
		if err := pp.alternatives(); err != nil {
			return err
		}
		pp.prog = append(pp.prog, inst{op: opClose, arg: slot})
		return pp.expect("]")
	case t[0] == '<':
		return pp.class(t[1 : len(t)-1])
	case t[0] == '"':
		ids, err := pp.p.phrase(t[1:])
		if err != nil {
			return fmt.Errorf("%s: %w", pp.where, err)
		}
		upper := strings.ToLower(t) != t
		for i, id := range ids {
			pp.prog = append(pp.prog, inst{op: opLit, arg: id, upper: upper && i == 0})
		}
		return nil
	}
	return fmt.Errorf("%s: unexpected %q in pattern", pp.where, t)
}

func (pp *patternParser) expect(t string) error {
	if pp.peek() != t {
		return fmt.Errorf("%s: expected %q at %q", pp.where, t, pp.peek())
	}
	pp.pos++
	return nil
}

// class reads the inside of <capture:class> or <class>.
func (pp *patternParser) class(s string) error {
	name, kind, named := strings.Cut(s, ":")
	in := inst{cap: -1}
	if !named {
		kind = s
	} else {
		if pp.r == nil {
			return fmt.Errorf("%s: captures cannot stand in a guard", pp.where)
		}
		in.cap = int32(slot(&pp.r.caps, name))
	}
	if b, ok := builtinByName(kind); ok {
		in.op, in.arg = opBuiltin, int32(b)
	} else if c, ok := pp.p.set.classByID[kind]; ok {
		in.op, in.arg = opClass, int32(c)
	} else {
		return fmt.Errorf("%s: no class %q", pp.where, kind)
	}
	pp.prog = append(pp.prog, in)
	return nil
}

// slot finds name in names or appends it.
func slot(names *[]string, name string) int {
	if i := slices.Index(*names, name); i >= 0 {
		return i
	}
	*names = append(*names, name)
	return len(*names) - 1
}

// capture is what one slot of a match holds.
type capture struct {
	set      bool
	text     string  // value of a class entry
	n        float64 // value of a number
	from, to int     // atoms
}

// reader reads phrases in the atoms of one sentence.
type reader struct {
	set   *ruleSet
	atoms []atom
}

// matcher runs programs over the atoms of one sentence.
type matcher struct {
	reader
	text  string
	caps  [24]capture
	spans [4][2]int
	end   int
	steps int
}

// maxSteps bounds the work of one match attempt; patterns have no loops, so
// only a pathological rule file can come near it.
const maxSteps = 20000

// run matches prog at atom pos; on success m.end is the atom after the match.
func (m *matcher) run(prog program, pos int) bool {
	m.steps = 0
	return m.step(prog, 0, pos, pos)
}

func (m *matcher) step(prog program, pc, start, pos int) bool {
	for {
		if m.steps++; m.steps > maxSteps {
			return false
		}
		in := prog[pc]
		switch in.op {
		case opMatch:
			m.end = pos
			return true
		case opJump:
			pc = int(in.arg)
		case opSplit:
			if m.step(prog, pc+1, start, pos) {
				return true
			}
			pc = int(in.arg)
		case opOpen, opClose:
			which := int(in.op - opOpen)
			old := m.spans[in.arg][which]
			m.spans[in.arg][which] = pos
			if in.op == opOpen {
				// A hyphen skipped before the first word is not part of the span.
				if pos > start && m.joint(pos) && !m.direct(prog, pc+1, pos) {
					m.spans[in.arg][0] = pos + 1
				}
			}
			if m.step(prog, pc+1, start, pos) {
				return true
			}
			m.spans[in.arg][which] = old
			return false
		case opLit:
			if m.lit(in, pos) {
				pos++
				pc++
				continue
			}
			if pos > start && m.joint(pos) && m.lit(in, pos+1) {
				pos += 2
				pc++
				continue
			}
			return false
		case opClass, opBuiltin:
			if m.element(prog, pc, start, pos) {
				return true
			}
			if pos > start && m.joint(pos) {
				return m.element(prog, pc, start, pos+1)
			}
			return false
		}
	}
}

// direct reports whether the instruction at pc is the literal that stands at
// pos, as in a pattern that spells a hyphen.
func (m *matcher) direct(prog program, pc, pos int) bool {
	return prog[pc].op == opLit && m.lit(prog[pc], pos)
}

func (m *matcher) lit(in inst, pos int) bool {
	return pos < len(m.atoms) && m.atoms[pos].id == in.arg && (!in.upper || m.atoms[pos].upper)
}

// joint reports whether a hyphen without spaces stands at pos, which patterns
// need not mention: "two-hour", "mid-May".
func (m *reader) joint(pos int) bool {
	return pos+1 < len(m.atoms) && m.atoms[pos].kind == kindMark && m.atoms[pos].glued && m.atoms[pos+1].glued &&
		m.set.vocab.words[m.atoms[pos].id] == "-"
}

// element tries each reading of a class or builtin at pos, longest first.
func (m *matcher) element(prog program, pc, start, pos int) bool {
	in := prog[pc]
	if pos > len(m.atoms) {
		return false
	}
	try := func(c capture) bool {
		if in.cap >= 0 {
			old := m.caps[in.cap]
			c.set, c.from = true, pos
			m.caps[in.cap] = c
			if m.step(prog, pc+1, start, c.to) {
				return true
			}
			m.caps[in.cap] = old
			return false
		}
		return m.step(prog, pc+1, start, c.to)
	}
	if in.op == opBuiltin {
		var buf [4]capture
		for _, c := range m.builtin(builtin(in.arg), pos, buf[:0]) {
			if try(c) {
				return true
			}
		}
		return false
	}
	if pos == len(m.atoms) {
		return false
	}
	c := m.set.classes[in.arg]
	for _, e := range c.byFirst[m.atoms[pos].id] {
		entry := &c.entries[e]
		if end, ok := m.phraseAt(entry.phrase, pos); ok && (!entry.upper || m.atoms[pos].upper) {
			if try(capture{text: entry.value, to: end}) {
				return true
			}
		}
	}
	return false
}

// phraseAt matches a phrase forwards; hyphens between its words are free.
func (m *reader) phraseAt(phrase []int32, pos int) (end int, ok bool) {
	for i, id := range phrase {
		if pos < len(m.atoms) && i > 0 && m.atoms[pos].id != id && m.joint(pos) {
			pos++
		}
		if pos >= len(m.atoms) || m.atoms[pos].id != id || id == 0 {
			return 0, false
		}
		pos++
	}
	return pos, true
}

// phraseBefore matches a phrase that ends right before pos and returns its
// first atom.
func (m *reader) phraseBefore(phrase []int32, pos int) (first int, ok bool) {
	for i := len(phrase) - 1; i >= 0; i-- {
		pos--
		if pos > 0 && m.atoms[pos].id != phrase[i] && m.joint(pos) {
			pos--
		}
		if pos < 0 || m.atoms[pos].id != phrase[i] || phrase[i] == 0 {
			return 0, false
		}
	}
	return pos, true
}
