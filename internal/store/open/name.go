package open

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Named gives the file of a new store, which is closed, its name, and puts both on the
// disk. What SQLite came to as it folded the write-ahead log into the file for the
// last time it tells nobody; where it failed the log is left, with rows that the file
// lacks.
func Named(place, name string) error {
	switch info, err := os.Stat(place + "-wal"); {
	case err == nil && info.Size() > 0:
		return fmt.Errorf("what was written to %s could not be put into it as a whole: make room on its disk, or look at what the system says of that, and run this again", place)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	f, err := os.OpenFile(place, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(place, name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
