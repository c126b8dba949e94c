"""Four made-up people: what stands in the register of these tests."""

LISTED_MAN = "3520112345671"
LISTED_WOMAN = "4210112345672"
LISTED_LONG_NAME = "1730112345673"
QUASHED = "6110112345675"
UNLISTED = "5440112345677"

HEADER = (
    "cnic,name_ur,father_name_ur,name_en,father_name_en,relation,sex,date_of_birth,offence_on,"
    "court,case_number,sections,convicted_on,victim_category,appeal_state"
)
ROWS = (
    f"{LISTED_MAN},فرضی اسلم خان,فرضی غلام رسول,Farzi Aslam Khan,Farzi Ghulam Rasool,father,male,"
    "1980-01-01,2022-01-01,Sample Sessions Court,C-1,PPC 376,2023-05-01,woman,none",
    f"{LISTED_WOMAN},فرضی شازیہ,فرضی اکرم,Farzi Shazia,Farzi Akram,husband,female,"
    "1985-01-01,2022-01-01,Sample Sessions Court,C-2,PPC 376,2023-05-01,child,pending",
    f"{LISTED_LONG_NAME},{'فرضی محمد عبدالرحمان ' * 3}خان,{'فرضی غلام مصطفی ' * 3}خان,"
    f"{'Farzi Muhammad Abdur Rehman ' * 3}Khan,{'Farzi Ghulam Mustafa ' * 3}Khan,father,male,"
    "1980-01-01,2022-01-01,Sample Sessions Court,C-3,PPC 377B,2023-05-01,child,none",
    f"{QUASHED},فرضی خاموش,فرضی بری,Farzi Khamosh,Farzi Bari,father,male,"
    "1980-01-01,2022-01-01,Sample Sessions Court,C-4,PPC 376,2023-05-01,woman,quashed",
)
