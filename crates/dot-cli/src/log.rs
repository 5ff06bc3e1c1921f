//! What the stages do, for whoever looks for a mistake: off unless `DOT_LOG` is set.

use tracing_subscriber::EnvFilter;

/// Starts writing to standard error what `DOT_LOG` asks for (`debug`, `dot_runtime=trace`). Without it nothing is set
/// up, and each event costs the reading of one number.
pub fn start() {
    let Ok(wanted) = std::env::var("DOT_LOG") else { return };
    match EnvFilter::try_new(&wanted) {
        Ok(filter) => tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init(),
        Err(problem) => crate::terminal::say(format_args!("warning: DOT_LOG is ignored: {problem}")),
    }
}
