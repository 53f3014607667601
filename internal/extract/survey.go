package extract

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/readout-news/readout/internal/limits"
)

// survey reads the tokens of a page and says why its tree is not to be built; ""
// when it may be. It takes time and memory in proportion to the page.
//
// A tree can have many more nodes than the page has tags. The standard has
// formatting elements that were not closed opened again in every block that
// follows (HTML, "reconstruct the active formatting elements"), so that 400 <b>,
// each with an attribute of its own, before 4,000 <p> make 1.6 million nodes of
// 36 KB. A closing tag in the wrong place copies elements too ("adoption agency
// algorithm"). Both are bounded here from above.
func survey(source string) (why string) {
	return (&surveyor{}).read(source)
}

func (s *surveyor) read(source string) (why string) {
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return "" // the end; reading from a string does not fail
		case html.TextToken:
			s.nodes += 1 + s.active()
		case html.CommentToken, html.DoctypeToken:
			s.nodes++
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := atom.Lookup(name)
			if why := s.start(z, tag, more); why != "" {
				return why
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			s.end(atom.Lookup(name))
		}
		if s.nodes > limits.HTMLNodes {
			return fmt.Sprintf("the page can become more than the limit of %d nodes", limits.HTMLNodes)
		}
	}
}

// surveyor counts what a page can become.
type surveyor struct {
	nodes  int // upper bound so far
	common int // attributes of all html and body tags, which become those of one element
	open   []formatting
	tables []int // open tables: len(open) where each began
	last   atom.Atom
}

// formatting is an element on the list of active formatting elements (HTML
// 13.2.4.3), or a marker on it.
type formatting struct {
	tag  atom.Atom // 0: a marker
	attr string    // its attributes as written
}

// misnested is how many elements one closing tag in the wrong place copies at
// most: the outer loop of the algorithm runs eight times, and copies a block and
// three formatting elements each time.
const misnested = 8 * 4

// active is how many formatting elements can be opened again here: those behind
// the last marker.
func (s *surveyor) active() int {
	n := 0
	for i := len(s.open) - 1; i >= 0 && s.open[i].tag != 0; i-- {
		n++
	}
	return n
}

func (s *surveyor) start(z *html.Tokenizer, tag atom.Atom, more bool) (why string) {
	s.nodes += 1 + s.active()
	var attr strings.Builder
	n := 0
	for ; more; n++ {
		if n == limits.HTMLAttributes {
			return fmt.Sprintf("a tag of the page has more than the limit of %d attributes", limits.HTMLAttributes)
		}
		var key, value []byte
		key, value, more = z.TagAttr()
		if isFormatting(tag) && attr.Len() < 4<<10 {
			attr.Write(key)
			attr.WriteByte('=')
			attr.Write(value)
			attr.WriteByte(0)
		}
	}
	switch tag {
	case atom.Html, atom.Body:
		// The parser gathers them in one element, tag after tag.
		if s.common += n; s.common > limits.HTMLAttributes {
			return fmt.Sprintf("the page has more than the limit of %d attributes on html and body", limits.HTMLAttributes)
		}
	case atom.Table:
		s.tables = append(s.tables, len(s.open))
	case atom.Td, atom.Th, atom.Caption:
		s.leaveCell()
		s.open = append(s.open, formatting{})
	case atom.Applet, atom.Object, atom.Marquee, atom.Template:
		s.open = append(s.open, formatting{})
	}
	if len(s.open) > limits.HTMLNodes/10 { // markers without end
		return fmt.Sprintf("the page can become more than the limit of %d nodes", limits.HTMLNodes)
	}
	s.last = tag
	if !isFormatting(tag) {
		return ""
	}
	if tag == atom.A || tag == atom.Nobr { // these close the one before
		if i := s.find(tag); i >= 0 {
			s.nodes += misnested
			s.open = append(s.open[:i], s.open[i+1:]...)
		}
	}
	// Of more than three alike the first is forgotten ("Noah's Ark clause").
	alike, first := 0, -1
	f := formatting{tag, attr.String()}
	for i := len(s.open) - 1; i >= 0 && s.open[i].tag != 0; i-- {
		if s.open[i] == f {
			alike++
			first = i
		}
	}
	if alike >= 3 {
		s.open = append(s.open[:first], s.open[first+1:]...)
	}
	s.open = append(s.open, f)
	return ""
}

func (s *surveyor) end(tag atom.Atom) {
	switch {
	case tag == atom.P || tag == atom.Br:
		s.nodes += 1 + s.active() // an element is made for it where none is open
	case isFormatting(tag):
		i := s.find(tag)
		if i < 0 {
			break
		}
		if s.last != tag || i != len(s.open)-1 {
			s.nodes += misnested
		}
		s.open = append(s.open[:i], s.open[i+1:]...)
	case tag == atom.Table && len(s.tables) > 0:
		s.leaveCell()
		s.tables = s.tables[:len(s.tables)-1]
	case tag == atom.Td || tag == atom.Th || tag == atom.Caption:
		s.leaveCell()
	case tag == atom.Applet || tag == atom.Object || tag == atom.Marquee || tag == atom.Template:
		for i := len(s.open) - 1; i >= 0; i-- {
			if s.open[i].tag == 0 {
				s.cut(i)
				break
			}
		}
	}
	s.last = 0
}

// find is the last such element behind the last marker; -1 where none is.
func (s *surveyor) find(tag atom.Atom) int {
	for i := len(s.open) - 1; i >= 0 && s.open[i].tag != 0; i-- {
		if s.open[i].tag == tag {
			return i
		}
	}
	return -1
}

// leaveCell forgets what was opened in the cell of the innermost table. What
// stands in the table but in no cell comes out of the table, and stays.
func (s *surveyor) leaveCell() {
	if len(s.tables) == 0 {
		return
	}
	for i := s.tables[len(s.tables)-1]; i < len(s.open); i++ {
		if s.open[i].tag == 0 {
			s.cut(i)
			return
		}
	}
}

// cut forgets what was opened from i on, with the tables in it.
func (s *surveyor) cut(i int) {
	s.open = s.open[:i]
	for n := len(s.tables); n > 0 && s.tables[n-1] > i; n-- {
		s.tables = s.tables[:n-1]
	}
}

func isFormatting(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}
