"""What this app writes into the audit, in words."""

from weixi.desk.org.rules.seeing import Role
from weixi.desk.org.rules.token import TokenScope
from weixi.kernel.language import Text

ACTS = {
    "org.load_tree": Text("载入组织树", "loaded the tree"),
    "org.make_person": Text("开户", "entered a person"),
    "org.appoint": Text("任命岗位", "gave a post"),
    "org.end_post": Text("结束岗位", "ended a post"),
    "org.sign_in": Text("登录", "signed in"),
    "org.sign_in_failed": Text("登录失败", "failed to sign in"),
    "org.sign_out": Text("退出", "signed out"),
    "org.change_password": Text("更改密码", "changed the password"),
    "org.reset_password": Text("重置密码", "reset a password"),
    "org.password_right": Text("密码正确，登录未完成", "had the password right, not yet signed in"),
    "org.code_failed": Text("验证码错误", "typed a wrong code"),
    "org.enrol_factor": Text("绑定验证器", "set up the second factor"),
    "org.recovery_used": Text("用恢复码登录", "signed in with a recovery code"),
    "org.renew_recovery": Text("换新恢复码", "renewed the recovery codes"),
    "org.reset_factor": Text("解除验证器", "took a second factor away"),
    "org.deactivate": Text("停用账号", "closed an account"),
    "org.reactivate": Text("恢复账号", "opened an account again"),
    "org.leave": Text("离岗销号", "ended all posts of a leaver"),
    "org.make_token": Text("新建令牌", "made a token"),
    "org.revoke_token": Text("停用令牌", "revoked a token"),
    "org.use_token": Text("令牌当日首次使用", "used a token, the first time that day"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "person": Text("人员", "person"),
    "tree": Text("组织树", "the tree"),
    "node": Text("节点", "node"),
    "role": Text("岗位", "role"),
    "since": Text("自", "since"),
    "until": Text("至", "until"),
    "address": Text("地址", "address"),
    "agent_code": Text("责任人编码", "owner code"),
    "nodes": Text("节点数", "nodes"),
    "added": Text("新增", "new"),
    "changed": Text("变动", "changed"),
    "left": Text("撤销", "gone"),
    "posts": Text("岗位数", "posts"),
    "remaining": Text("剩余恢复码", "recovery codes left"),
    "tokens": Text("停用令牌数", "tokens revoked"),
    "token": Text("令牌", "token"),
    "owner": Text("所有人", "owner"),
    "scopes": Text("用途", "scopes"),
    "expires": Text("到期", "expires"),
    **{scope.value: scope.text for scope in TokenScope},
    **{role.value: role.text for role in Role},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
