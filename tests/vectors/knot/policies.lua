-- Knot Resolver
modules = { 'policy' }
policy.add(policy.suffix(policy.DENY, {todname('alpha.example.')}))
policy.add(
  policy.suffix(policy.DENY_MSG('order (1)'), -- why
    policy.todnames({'beta.example.', "gamma.example"})))
policy.add(policy.domains(policy.REFUSE, {todname('delta.example')}))
policy.add(policy.suffix(policy.FORWARD('192.0.2.53'), {todname('epsilon.example')}))
policy.add(policy.rpz(policy.DENY, '/etc/blocklist.rpz'))
policy.add(policy.pattern(policy.DENY, '\4ads[0-9]'))
-- policy.add(policy.suffix(policy.DENY, {todname('zeta.example')}))
policy.add(policy.suffix(policy.DENY, {'\3eta\7example'}))
policy.add(policy.suffix(policy.DENY, {todname('theta.example')
