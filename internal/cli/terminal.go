package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

const (
	defaultWidth = 100 // columns where the output is no terminal
	minWidth     = 40
	maxWidth     = 120 // longer lines are hard to read
)

// terminal prints wrapped and styled lines. Colour and weight are dropped by
// colorprofile where w is no terminal or NO_COLOR is set.
type terminal struct {
	w      io.Writer
	width  int
	record string // words of a command that name the record which is shown; "" none
	err    error  // first write error; later writes are skipped
}

var (
	styleHead = lipgloss.NewStyle().Bold(true)
	styleDim  = lipgloss.NewStyle().Faint(true)
	styleName = lipgloss.NewStyle().Bold(true)
	styleNo   = lipgloss.NewStyle().Foreground(lipgloss.Color("1")).Bold(true)
	styleMay  = lipgloss.NewStyle().Foreground(lipgloss.Color("3"))
	styleYes  = lipgloss.NewStyle().Foreground(lipgloss.Color("2"))
	styleSaid = lipgloss.NewStyle().Italic(false)
)

// newTerminal asks w for its width where w is a terminal; COLUMNS outranks it.
func newTerminal(w io.Writer, environ []string) *terminal {
	t := &terminal{w: &colorprofile.Writer{Forward: w, Profile: colorprofile.Detect(device(w), environ)}, width: defaultWidth}
	if f, ok := device(w).(*os.File); ok && term.IsTerminal(f.Fd()) {
		if cols, _, err := term.GetSize(f.Fd()); err == nil && cols > 0 {
			t.width = cols
		}
	}
	for _, e := range environ {
		if v, ok := strings.CutPrefix(e, "COLUMNS="); ok {
			if n, err := strconv.Atoi(v); err == nil && n > 0 {
				t.width = n
			}
		}
	}
	t.width = min(max(t.width, minWidth), maxWidth)
	return t
}

// line prints text wrapped into the terminal's width; every line but the first
// starts with indent spaces, the first with lead (padded to indent).
func (t *terminal) line(lead string, indent int, text string) {
	if t.err != nil {
		return
	}
	pad := indent - ansi.StringWidth(lead)
	if pad < 1 && lead != "" {
		pad = 1
	}
	pad = max(pad, 0)
	body := ansi.Wordwrap(text, max(t.width-indent, 20), "")
	rows := strings.Split(body, "\n")
	var b strings.Builder
	for i, row := range rows {
		if i == 0 {
			b.WriteString(lead + strings.Repeat(" ", pad))
		} else {
			b.WriteString(strings.Repeat(" ", indent))
		}
		b.WriteString(row + "\n")
	}
	_, t.err = io.WriteString(t.w, b.String())
}

// more tells by which question the rest is shown. It stays on one line, however
// long, for people to paste; by is the name in it, "" none.
func (t *terminal) more(n int, question, by string) {
	if t.err != nil {
		return
	}
	words := []string{fmt.Sprintf("%d more: readout", n), question}
	if by = clean(by); by != "" {
		words = append(words, shellWord(by))
	}
	if t.record != "" {
		words = append(words, t.record)
	}
	_, t.err = io.WriteString(t.w, strings.Repeat(" ", dateColumn)+styleDim.Render(strings.Join(words, " "))+"\n")
}

func (t *terminal) blank() {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, "\n")
	}
}

// clean makes text of a report safe to print on one line: a report must not be
// able to move the cursor, colour the screen or turn the direction of writing.
func clean(s string) string {
	return strings.Join(strings.Fields(strings.Map(printable, s)), " ")
}

// cleanLines is clean for several lines, whose blanks stay as they are.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Map(printable, l)
	}
	return strings.Join(lines, "\n")
}

// printable is r as it is shown, -1 where it is not.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0x200B, r == 0xFEFF: // and zero-width blanks
		return -1
	}
	return r
}

// shellWord is an argument of a command that people are told to run. They paste it,
// and it can be anybody's: the name of a file that came from elsewhere.
func shellWord(s string) string {
	s = strings.Map(printable, s)
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@%+=,"
	if s != "" && strings.Trim(s, safe) == "" && s[0] != '-' {
		return s
	}
	if strings.HasPrefix(s, "-") {
		s = "./" + s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
