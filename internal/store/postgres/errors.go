package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/readout-news/readout"
)

// Codes of SQLSTATE, see appendix A of the manual.
const (
	invalidPassword      = "28P01"
	invalidAuthorization = "28000"
	noDatabase           = "3D000"
	serialization        = "40001"
	deadlock             = "40P01"
	privilege            = "42501"
	planChanged          = "0A000" // feature not supported: also “cached plan must not change result type”
	outOfMemory          = "53200"
	diskFull             = "53100"
	tooMany              = "53300"
	readOnly             = "25006"
	shutDown             = "57P01"
	crashed              = "57P02"
	notYet               = "57P03"
)

// mapped turns the driver's errors into what to do about them.
func mapped(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		if advice := advise(e); advice != nil {
			return fmt.Errorf("%w: %w", advice, err)
		}
		return err
	}
	var c *pgconn.ConnectError
	if errors.As(err, &c) && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", errReach, err)
	}
	return err
}

// advise is what to do about an error of the server, nil when that is not
// known.
func advise(e *pgconn.PgError) error {
	switch e.Code {
	case invalidPassword, invalidAuthorization:
		return errors.New("the server refuses the user or the password; check both, or put the password into the environment variable PGPASSWORD")
	case noDatabase:
		return fmt.Errorf("%w: there is no such database; make it: createdb -T template0 -E UTF8 NAME", fs.ErrNotExist)
	case privilege:
		return errors.New("the user may not do this; let the owner of the schema grant it, or name another user")
	case serialization, deadlock:
		return errors.New("other programs kept changing the same rows; try again when they are done")
	case diskFull:
		return errors.New("no space left on the server's disk; what was under way is undone")
	case outOfMemory:
		return errors.New("the server is out of memory; what was under way is undone")
	case tooMany:
		return errors.New("the server has no connection left; raise its max_connections, or lower pool_max_conns in the address (16 a process)")
	case readOnly:
		return errors.New("the database may only be read, as a replica; name the server that is written to")
	case shutDown, crashed, notYet:
		return errors.New("the server is starting or going down; try again when it is up")
	}
	if len(e.Code) == 5 && e.Code[:2] == "23" { // integrity constraints
		return readout.ErrConflict
	}
	return nil
}

// again reports whether a transaction that failed with err may succeed when it
// is run once more: it met another one, or a plan was made before tables
// changed.
func again(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == serialization || e.Code == deadlock || e.Code == planChanged && e.Routine == "RevalidateCachedQuery")
}
