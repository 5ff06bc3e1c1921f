//! `process.run`: starts a program and waits for its end.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use dot_abi::fault::{Answer, Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::text::size_to_text;
use dot_abi::value::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::{fields, unfit};
use crate::context::{OwnedContext, most_bytes};
use crate::io::BoxFuture;
use crate::registry::{AsyncParaDot, Descriptor};

/// The variables that a program gets: where things are, and no secrets.
const PASSED_ON: [&str; 9] = ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER"];
/// The most bytes of what a program that failed said that go into a fault.
const KEPT: usize = 64 << 10;

/// `process.run(command: Text, args: List<Text>, input: Text, accept: List<Int>, max_size: Int) -> Finished`
///
/// No shell reads the words. A program whose call is cancelled is killed.
#[derive(Clone, Copy, Debug)]
pub struct ProcessRun;

impl AsyncParaDot for ProcessRun {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "process.run", class: Class::Write, uses: &["process"], is_ordered: false }
    }

    fn run(self: Arc<Self>, context: OwnedContext, input: Value) -> BoxFuture {
        Box::pin(async move {
            let [Value::Text(command), Value::List(args), Value::Text(input), Value::List(accept), Value::Int(most)] =
                fields(input)?
            else {
                return Err(unfit());
            };
            context.scope.as_ref().map_or(Ok(()), |scope| scope.check_process(&command))?;
            context.grants.check_process(&command)?;
            let most = most_bytes(most, &context)?;
            let child = start(&context, &command, &args)?;
            let finished = finish(child, &input, most).await.map_err(|error| broken(&command, most, &error))?;
            let is_accepted = |code: i32| code == 0 || accept.contains(&Value::Int(code.into()));
            match finished.status.code() {
                Some(code) if is_accepted(code) => finished.into_value(&command, code),
                code => Err(finished.into_fault(&command, code)),
            }
        })
    }
}

fn start(context: &OwnedContext, command: &str, args: &[Value]) -> Result<Child, Fault> {
    let mut started = Command::new(command);
    for arg in args {
        let Value::Text(arg) = arg else { return Err(unfit()) };
        started.arg(&**arg);
    }
    started.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    for name in PASSED_ON {
        if let Some(value) = context.environment.get(name) {
            started.env(name, value);
        }
    }
    started.spawn().map_err(|error| {
        let message = format!("the program \"{command}\" can't be started: {error}");
        Fault::new(FaultCode::Io, message).help("look whether it is installed and in PATH")
    })
}

/// What a program that has ended leaves.
struct Finished {
    status: ExitStatus,
    output: Vec<u8>,
    errors: Vec<u8>,
}

async fn finish(mut child: Child, input: &str, most: usize) -> io::Result<Finished> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let give = async {
        let Some(mut stdin) = stdin else { return Ok(()) };
        match stdin.write_all(input.as_bytes()).await {
            // A program need not read what it is given.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    };
    // All at once: a program whose output nobody reads would wait forever. The first that fails ends the others.
    let (output, errors, ()) = all(read(stdout, most), read(stderr, most), give).await?;
    Ok(Finished { status: child.wait().await?, output, errors })
}

async fn read(from: Option<impl AsyncRead + Unpin>, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(from) = from else { return Ok(bytes) };
    from.take(most as u64 + 1).read_to_end(&mut bytes).await?;
    if bytes.len() > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// What three futures give, or the first error of them.
async fn all<A, B, C>(
    a: impl Future<Output = io::Result<A>>,
    b: impl Future<Output = io::Result<B>>,
    c: impl Future<Output = io::Result<C>>,
) -> io::Result<(A, B, C)> {
    use std::task::Poll;
    let (mut a, mut b, mut c) = (std::pin::pin!(a), std::pin::pin!(b), std::pin::pin!(c));
    let (mut from_a, mut from_b, mut from_c) = (None, None, None);
    std::future::poll_fn(move |context| {
        if from_a.is_none()
            && let Poll::Ready(end) = a.as_mut().poll(context)
        {
            from_a = Some(end?);
        }
        if from_b.is_none()
            && let Poll::Ready(end) = b.as_mut().poll(context)
        {
            from_b = Some(end?);
        }
        if from_c.is_none()
            && let Poll::Ready(end) = c.as_mut().poll(context)
        {
            from_c = Some(end?);
        }
        match (from_a.take(), from_b.take(), from_c.take()) {
            (Some(a), Some(b), Some(c)) => Poll::Ready(Ok((a, b, c))),
            (a, b, c) => {
                (from_a, from_b, from_c) = (a, b, c);
                Poll::Pending
            }
        }
    })
    .await
}

/// The program ran, and nobody knows how far it came.
fn broken(command: &str, most: usize, error: &io::Error) -> Fault {
    let why = match error.kind() {
        io::ErrorKind::FileTooLarge => format!("its output is larger than the limit of {}", size_to_text(most as u64)),
        _ => error.to_string(),
    };
    let message = format!("the program \"{command}\" was ended: {why}");
    Fault::new(FaultCode::Unknown, message).help("find out what it has done; max_size raises the limit on its output")
}

impl Finished {
    fn into_value(self, command: &str, code: i32) -> Result<Value, Fault> {
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).map(|text| Value::Text(text.into())).map_err(|_| {
                let message = format!("the program \"{command}\" has written what is not UTF-8");
                Fault::new(FaultCode::Conversion, message)
                    .help("let it write a file, and read that with files.read_bytes")
            })
        };
        Ok(Value::Record(vec![Value::Int(code.into()), text(self.output)?, text(self.errors)?]))
    }

    fn into_fault(self, command: &str, code: Option<i32>) -> Fault {
        let said = String::from_utf8_lossy(self.errors.get(..KEPT).unwrap_or(&self.errors)).into_owned();
        let Some(code) = code else {
            let message = format!("the program \"{command}\" was killed");
            return Fault::new(FaultCode::Unknown, message).help("find out what it has done before you start it again");
        };
        let last =
            said.lines().rev().find(|line| !line.trim().is_empty()).map(|line| format!(": {line}")).unwrap_or_default();
        let mut fault =
            Fault::new(FaultCode::Status, format!("the program \"{command}\" ended with status {code}{last}"));
        fault.answer =
            u16::try_from(code).ok().map(|status| Box::new(Answer { status, body: said, retry_after_ns: None }));
        fault
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::io::IoRuntime;
    use crate::natives::testing::World;

    fn input(command: &str, args: &[&str], input: &str, accept: &[i64], most: i64) -> Value {
        let text = |text: &str| Value::Text(text.into());
        let args = args.iter().map(|arg| text(arg)).collect();
        let accept = accept.iter().map(|&status| Value::Int(status)).collect();
        Value::Record(vec![text(command), Value::List(args), text(input), Value::List(accept), Value::Int(most)])
    }

    fn world() -> World {
        let mut world = World::default();
        for command in ["cat", "sh", "sleep", "yes", "no-such-program"] {
            world.grants.allow(&crate::Grant::Process(command.to_owned())).expect("a grant");
        }
        world.environment.0.insert("PATH".to_owned(), std::env::var_os("PATH").unwrap_or_default());
        world.environment.0.insert("TOKEN".to_owned(), "hunter22".into());
        world
    }

    /// `0 output errors` of a program that ended, or its fault.
    fn run(world: &World, given: Value) -> String {
        match world.run_async(ProcessRun, given) {
            Ok(Value::Record(fields)) => match fields.as_slice() {
                [Value::Int(status), Value::Text(output), Value::Text(errors)] => {
                    format!("{status} {output:?} {errors:?}")
                }
                _ => panic!("no Finished: {fields:?}"),
            },
            Ok(other) => panic!("no Finished: {other:?}"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn programs_are_started_where_they_are_granted_by_name() {
        let world = world();
        assert_eq!(run(&world, input("cat", &["-"], "hello\n", &[], 100)), "0 \"hello\\n\" \"\"");
        let denied = "capability: the program \"env\" is not permitted to be started";
        assert_eq!(run(&world, input("env", &[], "", &[], 100)), denied);
        assert!(run(&world, input("/bin/cat", &[], "", &[], 100)).starts_with("capability: "));
        assert!(run(&world, input("no-such-program", &[], "", &[], 100)).starts_with("io: "));
    }

    #[test]
    fn no_shell_reads_the_words_and_no_token_is_passed_on() {
        let world = world();
        let script = "printf '%s|' \"$@\"; printf '%s' \"$TOKEN\"";
        let given = input("sh", &["-c", script, "sh", "a b; echo c", "$HOME"], "", &[], 100);
        assert_eq!(run(&world, given), "0 \"a b; echo c|$HOME|\" \"\"");
    }

    #[test]
    fn other_statuses_and_too_much_output_are_faults() {
        let world = world();
        let failing = |accept: &[i64]| input("sh", &["-c", "echo out; echo why >&2; exit 3"], "", accept, 100);
        assert_eq!(run(&world, failing(&[])), "status: the program \"sh\" ended with status 3: why");
        assert_eq!(run(&world, failing(&[3])), "3 \"out\\n\" \"why\\n\"");
        let large = "unknown: the program \"yes\" was ended: its output is larger than the limit of 100B";
        assert_eq!(run(&world, input("yes", &[], "", &[], 100)), large);
        let killed = run(&world, input("sh", &["-c", "kill -9 $$"], "", &[], 100));
        assert_eq!(killed, "unknown: the program \"sh\" was killed");
    }

    #[test]
    fn what_is_cancelled_is_killed() {
        let (world, io) = (world(), IoRuntime::new());
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("pid");
        let script = format!("echo $$ > {}; exec sleep 60", mark.display());
        let work = world.begin_async(ProcessRun, input("sh", &["-c", &script], "", &[], 100));
        let task = io.spawn(work, drop).expect("threads");
        let began = Instant::now();
        let pid = loop {
            match std::fs::read_to_string(&mark) {
                Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
                _ => assert!(began.elapsed() < Duration::from_secs(20), "it was not started"),
            }
        };
        task.abort();
        let is_alive = || match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => !stat.contains(") Z "),
            Err(_) => false,
        };
        while is_alive() {
            assert!(began.elapsed() < Duration::from_secs(20), "it still runs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
