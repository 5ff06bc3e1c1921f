//! Strongly connected components, without recursion.

/// The component of each node: nodes that reach each other have the same number, which is higher than those of
/// the components that they lead to. Robert Tarjan, *Depth-first search
/// and linear graph algorithms* (1972).
pub(crate) fn components(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut starts = vec![0usize; nodes + 1];
    for &(from, _) in edges {
        starts[from + 1] += 1;
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let mut targets = vec![0usize; edges.len()];
    let mut next = starts.clone();
    for &(from, to) in edges {
        targets[next[from]] = to;
        next[from] += 1;
    }
    let mut search = Search {
        order: vec![usize::MAX; nodes],
        low: vec![0; nodes],
        component: vec![usize::MAX; nodes],
        open: Vec::new(),
        visited: 0,
        found: 0,
    };
    for root in 0..nodes {
        if search.order[root] == usize::MAX {
            search.from(root, &starts, &targets);
        }
    }
    search.component
}

struct Search {
    order: Vec<usize>,
    low: Vec<usize>,
    component: Vec<usize>,
    open: Vec<usize>,
    visited: usize,
    found: usize,
}

impl Search {
    fn enter(&mut self, node: usize) {
        self.order[node] = self.visited;
        self.low[node] = self.visited;
        self.visited += 1;
        self.open.push(node);
    }

    fn from(&mut self, root: usize, starts: &[usize], targets: &[usize]) {
        self.enter(root);
        let mut way = vec![(root, starts[root])];
        while let Some((node, edge)) = way.pop() {
            if edge < starts[node + 1] {
                way.push((node, edge + 1));
                let target = targets[edge];
                if self.order[target] == usize::MAX {
                    self.enter(target);
                    way.push((target, starts[target]));
                } else if self.component[target] == usize::MAX {
                    self.low[node] = self.low[node].min(self.order[target]);
                }
                continue;
            }
            if let Some(&(parent, _)) = way.last() {
                self.low[parent] = self.low[parent].min(self.low[node]);
            }
            if self.low[node] == self.order[node] {
                self.close(node);
            }
        }
    }

    fn close(&mut self, root: usize) {
        while let Some(node) = self.open.pop() {
            self.component[node] = self.found;
            if node == root {
                break;
            }
        }
        self.found += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn nodes_that_reach_each_other_are_one_component() {
        let component = components(5, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]);
        assert_eq!((component[0] == component[1], component[1] == component[2]), (true, true));
        assert_ne!(component[2], component[3]);
        assert_ne!(component[3], component[4]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<(usize, usize)> = (0..200_000).map(|node| (node, node + 1)).collect();
        assert_eq!(components(200_001, &edges)[0], 200_000);
    }
}
