import { Select } from "@mantine/core";
import type { Role } from "../../api/types";
import { ROLES } from "../model/people";

interface RoleSelectProps {
  value: Role;
  onChange: (role: Role) => void;
  testId: string;
}

export function RoleSelect({ value, onChange, testId }: RoleSelectProps) {
  return (
    <Select
      label="Role"
      data={ROLES}
      allowDeselect={false}
      value={value}
      onChange={(role) => role && onChange(role as Role)}
      data-testid={testId}
    />
  );
}
