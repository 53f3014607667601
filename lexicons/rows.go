package lexicons

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// longestLine bounds a line of a list, in bytes.
const longestLine = 1 << 20

// Rows calls row with the tab-separated columns of each line of a list that
// is neither empty nor a comment. columns is how many each line must have, 0
// for any. Errors name file and line.
func Rows(fsys fs.FS, file string, columns int, row func(cols []string) error) error {
	f, err := fsys.Open(file)
	if err != nil {
		return fmt.Errorf("open list: %w", err)
	}
	defer f.Close()
	return Scan(f, file, columns, row)
}

// Scan is Rows over a reader; file is the name that errors give.
func Scan(r io.Reader, file string, columns int, row func(cols []string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, longestLine)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		cols := strings.Split(line, "\t")
		if columns > 0 && len(cols) != columns {
			return fmt.Errorf("%s:%d: %d fields, want %d", file, n, len(cols), columns)
		}
		if err := row(cols); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}
