//! How the commands are called: mistakes, and the help of each.

use expect_test::expect;

use crate::support::{GREET, check, folder};

#[test]
fn usage_is_explained() {
    let folder = folder(&[("greet.dot", GREET)]);
    check(
        &folder,
        &["run"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: the file to run is missing
              help: dot run [OPTIONS] FILE|DIR [DOT] [ARGS…]
        "#]],
    );
    check(
        &folder,
        &["serve"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: `dot serve` is not available yet
    "#]],
    );
    check(
        &folder,
        &["greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no command `greet.dot`
          help: did you mean `dot run greet.dot`?
    "#]],
    );
    check(
        &folder,
        &["chekc"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no command `chekc`
          help: did you mean `dot check`?
    "#]],
    );
    check(
        &folder,
        &["run", "--jsno", "greet.dot"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: unexpected argument '--jsno' found

              tip: a similar argument exists: '--json'

            Usage: dot run [OPTIONS] FILE|DIR [DOT] [ARGS…]

            For more information, try '--help'.
        "#]],
    );
    check(
        &folder,
        &["run", "--allow", "disk=x", "greet.dot"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: invalid value 'disk=x' for '--allow <files=PATH|files.write=PATH|env=NAME|http=HOST|secret=NAME|process=COMMAND>': the capability "disk" is unknown: write files=PATH, files.write=PATH, env=NAME, http=HOST, secret=NAME, secret.NAME=PATH or process=COMMAND

            For more information, try '--help'.
        "#]],
    );
    check(
        &folder,
        &["run", "--memory", "much", "greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: invalid value 'much' for '--memory <SIZE>': a size is a whole number above 0 with one of the units B, KB, MB, GB, TB, such as 64MB

        For more information, try '--help'.
    "#]],
    );
    check(
        &folder,
        &["--version"],
        expect![[r#"
        status 0
        --- out
        dot 0.1.0
        --- err
    "#]],
    );
}

#[test]
fn each_command_has_its_help() {
    let folder = folder(&[]);
    check(
        &folder,
        &["--help"],
        expect![[r#"
            status 0
            --- out
            Dot: typed steps that run sandboxed, from one binary

            Usage: dot <COMMAND>

            Commands:
              new          Makes a folder with a small program, its tests and its settings
              run          Runs a dot of a file and prints its result
              check        Checks files without running them
              test         Runs the tests of files
              plan         Shows what a dot calls, what starts when, and what waits for what
              explain      Explains the code of an error, warning or fault, or a name of the standard library
              inspect      Prints the manifest of a dot's unit as JSON
              completions  Prints a script that completes commands and options in a shell

            Options:
              -h, --help     Print help
              -V, --version  Print version
            --- err
        "#]],
    );
    check(
        &folder,
        &["run", "--help"],
        expect![[r#"
            status 0
            --- out
            Runs a dot of a file and prints its result

            Usage: dot run [OPTIONS] FILE|DIR [DOT] [ARGS…]

            Options:
                  --json                  Prints the result as JSON, texts too
                  --input <JSON|@FILE|->  Gives all parameters as one JSON object; @FILE reads it from a file, -
                                          from standard input
              -h, --help                  Print help

            Limits and permissions:
                  --allow <files=PATH|files.write=PATH|env=NAME|http=HOST|secret=NAME|process=COMMAND>
                      Permits reading (or with files.write writing) a file or everything below a folder, reading
                      an environment variable, speaking to a host, using a secret, or starting a program
                  --memory <SIZE>
                      The most memory that a dot may use, such as 64MB; 1GB unless said
                  --cpu <DURATION>
                      The most CPU time that a dot may use, such as 10s; 1m unless said
                  --stack <SIZE>
                      The largest stack that a dot may use, such as 1MB; 64MB unless said
                  --value-size <SIZE>
                      The largest value that may enter or leave a dot, such as 16MB; 256MB unless said
                  --output-size <SIZE>
                      The most that a dot may print, such as 16MB; 64MB unless said
                  --calls <NUMBER>
                      The most calls of dots that a dot may make, such as 1000; 10000000 unless said
                  --depth <NUMBER>
                      How deep dots may call each other, such as 100; 10000 unless said
                  --run-calls <NUMBER>
                      The most calls of dots that the whole run may make, such as 1000000
                  --run-memory <SIZE>
                      The most memory that inputs and results may take which wait to be used, such as 4GB

            Options stand before FILE; what follows FILE belongs to the dot: `dot run FILE --help` describes it.
            A folder stands for its main.dot, or for its only .dot file.
            `main` is run where the file has one, else its only dot, else the public dot that DOT names.

            Exit status: 0 done, 1 the run failed (a fault, or a result that is Err), 2 wrong usage, input or
            source.
            --- err
        "#]],
    );
    check(
        &folder,
        &["check", "--help"],
        expect![[r#"
            status 0
            --- out
            Checks files without running them

            Usage: dot check [OPTIONS] [FILE|DIR]...

            Arguments:
              [FILE|DIR]...  Files, and folders of which every .dot file is checked; without any the whole
                             project

            Options:
                  --json  Prints the diagnostics as one JSON document on standard output
                  --fix   Applies the fixes that can mean nothing else, and reports what is left
              -h, --help  Print help
            --- err
        "#]],
    );
    check(
        &folder,
        &["test", "--help"],
        expect![[r#"
            status 0
            --- out
            Runs the tests of files

            Usage: dot test [OPTIONS] [FILE|DIR]...

            Arguments:
              [FILE|DIR]...  Files, and folders of which every .dot file is tested; without any the whole
                             project

            Options:
                  --filter <TEXT>  Runs only the tests whose name contains this text
                  --json           Prints what became of the tests as one JSON document on standard output
              -h, --help           Print help

            Limits and permissions:
                  --allow <files=PATH|files.write=PATH|env=NAME|http=HOST|secret=NAME|process=COMMAND>
                      Permits reading (or with files.write writing) a file or everything below a folder, reading
                      an environment variable, speaking to a host, using a secret, or starting a program
                  --memory <SIZE>
                      The most memory that a dot may use, such as 64MB; 1GB unless said
                  --cpu <DURATION>
                      The most CPU time that a dot may use, such as 10s; 1m unless said
                  --stack <SIZE>
                      The largest stack that a dot may use, such as 1MB; 64MB unless said
                  --value-size <SIZE>
                      The largest value that may enter or leave a dot, such as 16MB; 256MB unless said
                  --output-size <SIZE>
                      The most that a dot may print, such as 16MB; 64MB unless said
                  --calls <NUMBER>
                      The most calls of dots that a dot may make, such as 1000; 10000000 unless said
                  --depth <NUMBER>
                      How deep dots may call each other, such as 100; 10000 unless said
                  --run-calls <NUMBER>
                      The most calls of dots that the whole run may make, such as 1000000
                  --run-memory <SIZE>
                      The most memory that inputs and results may take which wait to be used, such as 4GB
            --- err
        "#]],
    );
    check(
        &folder,
        &["explain", "--help"],
        expect![[r#"
            status 0
            --- out
            Explains the code of an error, warning or fault, or a name of the standard library

            Usage: dot explain [CODE|NAME]

            Arguments:
              [CODE|NAME]  A code such as E0102, the word of a fault such as overflow, or a module or name of
                           the standard library such as Regex or Regex.find; `std` lists the modules; without it
                           all codes are listed

            Options:
              -h, --help  Print help
            --- err
        "#]],
    );
    check(
        &folder,
        &["inspect", "--help"],
        expect![[r#"
            status 0
            --- out
            Prints the manifest of a dot's unit as JSON

            Usage: dot inspect [OPTIONS] [FILE] [DOT]

            Arguments:
              [FILE]  The file
              [DOT]   The dot; without it `main`, or the only dot of the file

            Options:
                  --schema      Print the JSON Schema of manifests instead
                  --wasm <OUT>  Write the unit itself, a WASM module, to a file as well
              -h, --help        Print help
            --- err
        "#]],
    );
}
