package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/backup"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/salvage"
	"github.com/readout-news/readout/internal/store/open"
)

func (a *app) quietFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().BoolVar(&a.source.quiet, "quiet", false, "no progress on standard error")
}

// rows draws how many rows are done.
func (p *progress) rows(n int) {
	now := time.Now()
	if p.w == nil || now.Sub(p.start) < quietFor || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%d rows, %.0f a second", n, float64(n)/now.Sub(p.start).Seconds())
}

func (a *app) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write all that the store keeps to one file",
		Long: `Write all that the store keeps to one file, while others read and write: the file
holds the store as it was when the backup began, each row compared with its sum on
the way. A store that is damaged is not backed up; “readout doctor” says what to do.

The file names what it is in its first line and its SHA-256 in its last. It can be
restored to a file or to PostgreSQL, whichever it came from. Jobs of workers are not
in it: restored to PostgreSQL, what waited is put in the queue again by the first
worker; restored to a file it has to be ingested again. “readout status” says how old
the last backup is.`,
		Example: "  readout backup --db desk.db desk-$(date +%F).backup\n  readout restore desk-2031-05-02.backup --db restored.db",
		Args:    exactly(1, "the name of the file to write"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.backup(cmd.Context(), args[0])
		},
	}
	a.quietFlags(cmd)
	a.dbFlag(cmd)
	return cmd
}

func (a *app) backup(ctx context.Context, file string) (err error) {
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	source, ok := s.(backup.Source)
	if !ok {
		return errors.New("this store cannot be backed up by Readout")
	}
	now := a.env.Now
	if now == nil {
		now = time.Now
	}
	p := a.progress()
	done, err := backup.Write(ctx, source, file, Version, now, p.rows)
	p.end()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	fmt.Fprintf(a.env.Stdout, "%s: %s, %.1f MB, sha256 %s\n", clean(file), count(done.Rows, "row"), float64(done.Bytes)/1e6, done.SHA256)
	return nil
}

func (a *app) restoreCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a store of a backup",
		Long: `Make a new store of a backup. The file is compared with its SHA-256 before
anything is made, and nothing is replaced: --db names a file that is not there, or a
PostgreSQL database without a store. A backup of an earlier Readout is brought up to
date. --check only compares.`,
		Example: "  readout restore desk.backup --db restored.db\n  readout verify --deep --db restored.db",
		Args:    exactly(1, "the name of the backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.restore(cmd.Context(), args[0], check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "compare the file with its SHA-256, and make nothing")
	a.quietFlags(cmd)
	a.dbFlag(cmd)
	return cmd
}

func (a *app) restore(ctx context.Context, file string, check bool) error {
	if check {
		m, err := backup.Check(file)
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(m)
		}
		fmt.Fprintf(a.env.Stdout, "%s is whole: %s of %s, made %s.\n", clean(file), m.Engine, clean(m.Store), m.Made)
		return nil
	}
	p := a.progress()
	m, rows, err := backup.Restore(ctx, file, a.store(), p.rows)
	p.end()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			*backup.Manifest
			DB   string `json:"db"`
			Rows int    `json:"rows"`
		}{m, open.Name(a.store()), rows})
	}
	fmt.Fprintf(a.env.Stdout, "%s: %s as of %s. “readout verify --deep” looks at all of it.\n", clean(open.Name(a.store())), count(rows, "row"), m.Made)
	return nil
}

func (a *app) rebuildCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Draw anew all that follows from the reports",
		Long: `Draw anew all that follows from the reports and from what people decided: reports
that are damaged are read again from their bytes, the record is linked from all
reports, whatever is stored of it, and words are indexed. Where nothing was damaged
the record is the same to the byte. It takes as long as linking all reports twice.`,
		Example: "  readout rebuild --db desk.db",
		Args:    alone,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.rebuild(cmd.Context()) },
	}
	a.quietFlags(cmd)
	a.dbFlag(cmd)
	return cmd
}

func (a *app) rebuild(ctx context.Context) (err error) {
	db := a.store()
	s, err := a.existing(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := a.reader()
	if err != nil {
		return err
	}
	p := a.progress()
	out, err := live.Rebuild(ctx, r, s, p.step1)
	p.end()
	if err != nil {
		return err
	}
	about, err := s.About(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			DB      string   `json:"db"`
			Reports int      `json:"reports"`
			Reread  []string `json:"reread"`
		}{open.Name(db), about.Reports, append([]string{}, out.Reread...)})
	}
	fmt.Fprintf(a.env.Stdout, "%s is drawn anew: %s", clean(open.Name(db)), count(about.Reports, "report"))
	if n := len(out.Reread); n > 0 {
		fmt.Fprintf(a.env.Stdout, ", %d of them read again from their bytes", n)
	}
	fmt.Fprintln(a.env.Stdout, ".")
	return nil
}

// step1 draws what is being done.
func (p *progress) step1(step string) {
	if p.w == nil {
		return
	}
	p.drawn = true
	fmt.Fprintf(p.w, "\r\x1b[K%s …", step)
}

func (a *app) salvageCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "salvage FROM TO",
		Short: "Save what can be read of a damaged store into a new one",
		Long: `Save what can be read of a damaged store into a new one. FROM is only read: row by
row, and where its trees of pages are broken, page by page; a row is taken when it
has the sum that was kept when it was written. Captures, reports, decisions and what
else is kept are copied, reports that are lost are read again from their bytes, and
the record is drawn anew. What is lost is listed by name, and the exit code is 3.`,
		Example: "  readout salvage damaged.db saved.db\n  readout verify --deep --db saved.db",
		Args:    exactly(2, "the damaged store and the name of the new one"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.salvage(cmd.Context(), args[0], args[1])
		},
	}
	a.quietFlags(cmd)
	return cmd
}

func (a *app) salvage(ctx context.Context, from, to string) error {
	r, err := a.reader()
	if err != nil {
		return err
	}
	p := a.progress()
	out, err := salvage.Run(ctx, r, from, to, p.step1)
	p.end()
	if err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(out)
	} else {
		for _, x := range out.Lost {
			fmt.Fprintf(a.env.Stdout, "lost       %s\n", clean(x))
		}
		for _, id := range out.Reread {
			fmt.Fprintf(a.env.Stdout, "read again report %s\n", clean(id))
		}
		fmt.Fprintf(a.env.Stdout, "%s: %s saved, %d lost, %s, %s, %s.\n", clean(out.To), count(out.Rows, "row"), len(out.Lost),
			count(out.Captures, "capture"), count(out.Reports, "report"), count(out.Decisions, "decision"))
	}
	if len(out.Lost) > 0 {
		return errors.Join(err, errRefused)
	}
	return err
}
