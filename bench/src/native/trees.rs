//! Binary trees in boxes.

struct Node {
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}

pub(super) fn run(depth: u32) -> u64 {
    let kept = build(depth);
    let mut total = 0;
    for shallow in (4..=depth).step_by(2) {
        for _ in 0..1u64 << (depth - shallow + 4) {
            total += size(&build(shallow));
        }
    }
    total + size(&kept)
}

fn build(depth: u32) -> Node {
    let child = || (depth > 0).then(|| Box::new(build(depth - 1)));
    Node { left: child(), right: child() }
}

fn size(node: &Node) -> u64 {
    let of = |child: &Option<Box<Node>>| child.as_deref().map_or(0, size);
    1 + of(&node.left) + of(&node.right)
}
